/** The server on a socket of Node's. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Limits from "@opwatch/access/Limits"
import type { ListenAddress } from "@opwatch/http/ListenAddress"
import * as OpwatchServer from "@opwatch/http/OpwatchServer"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { createServer } from "node:http"

/** The address is taken, not allowed, or not of this machine. */
export class CannotListen extends Schema.TaggedError<CannotListen>()("CannotListen", { message: Schema.String }) {}

export const layer = (address: ListenAddress, limits: Limits.Limits) => {
  const { gracefulShutdownTimeout } = OpwatchServer
  const socket = NodeHttpServer.layer(() => createServer(Limits.nodeOptions(limits)), {
    ...address,
    gracefulShutdownTimeout
  })
  return OpwatchServer.layerOn(
    Layer.catchTag(socket, "ServeError", (error) =>
      Layer.effect(HttpServer.HttpServer, Effect.fail(cannotListen(address, error)))
    )
  ).pipe(Layer.provide(Layer.succeed(Limits.Limits, limits)))
}

const cannotListen = ({ host, port }: ListenAddress, { cause }: ServeError) => {
  const reason = Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"
  return new CannotListen({
    message: `cannot listen on port ${port} of ${host} (${reason}): set OPWATCH_PORT and OPWATCH_HOST to what is free here`
  })
}

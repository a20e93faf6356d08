/** The server on a socket of Node's and over a database: what the server app and `opwatch serve` both run. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Limits from "@opwatch/access/Limits"
import type { ListenAddress } from "@opwatch/http/ListenAddress"
import * as OpwatchServer from "@opwatch/http/OpwatchServer"
import * as DatabaseUrl from "@opwatch/store/DatabaseUrl"
import * as SqlStore from "@opwatch/store/SqlStore"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { createServer } from "node:http"
import type * as DatabasePlace from "./DatabasePlace.ts"

/** The address is taken, not allowed, or not of this machine. */
export class CannotListen extends Schema.TaggedError<CannotListen>()("CannotListen", {
  message: Schema.String,
  /** Of Node: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, … */
  code: Schema.String
}) {}

export interface Options {
  readonly address: ListenAddress
  readonly limits: Limits.Limits
  readonly database: DatabasePlace.DatabasePlace
  /** Is told where it listens, once it does. */
  readonly announce: (url: string) => Effect.Effect<void>
}

/** Has the database before it listens: whoever is refused one does not answer a request. */
export const layer = ({ address, announce, database, limits }: Options) => {
  const { gracefulShutdownTimeout } = OpwatchServer
  const socket = NodeHttpServer.layer(() => createServer(Limits.nodeOptions(limits)), {
    ...address,
    gracefulShutdownTimeout
  }).pipe(
    Layer.catchTag("ServeError", (error) =>
      Layer.effect(HttpServer.HttpServer, Effect.fail(cannotListen(address, error)))
    )
  )
  const file = { path: database.file, address: urlOf(address) }
  const store = Layer.provide(SqlStore.layer, DatabaseUrl.layer(database.url, file))
  return Layer.unwrap(
    Effect.map(Layer.build(store), (context) =>
      Layer.provide(OpwatchServer.layerOn(socket, announce), Layer.succeedContext(context))
    )
  ).pipe(Layer.provide(Layer.succeed(Limits.Limits, limits)))
}

const cannotListen = ({ host, port }: ListenAddress, { cause }: ServeError) => {
  const code = Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"
  return new CannotListen({
    code,
    message: `cannot listen on port ${port} of ${host} (${code}): set OPWATCH_PORT and OPWATCH_HOST to what is free here`
  })
}

/** Undefined while the port is not known. */
const urlOf = ({ host, port }: ListenAddress): string | undefined =>
  port === 0 ? undefined : `http://${host.includes(":") ? `[${host}]` : host}:${port}`

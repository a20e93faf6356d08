/** The HTTP server on a socket of this process: the same layers as the server app's. It listens until it is interrupted. */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Sources } from "@opwatch/core/Sources"
import * as ListenAddress from "@opwatch/http/ListenAddress"
import * as OpwatchServer from "@opwatch/http/OpwatchServer"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Failure from "./Failure.ts"
import { cannotListen } from "./ListenFlags.ts"
import { StandardStreams } from "./StandardStreams.ts"

/** Where to listen, before anything else is looked at. */
export const addressOf = (host: ListenAddress.Setting, port: ListenAddress.Setting) =>
  Effect.mapError(ListenAddress.parse({ host, port }), ({ _tag, message }) => Failure.usage(_tag, message))

export const serve = Effect.fnUntraced(function* (address: ListenAddress.ListenAddress, sources: Sources["Service"]) {
  const streams = yield* StandardStreams
  const announce = HttpServer.addressFormattedWith((url) => streams.notify(`opwatch is listening on ${url}\n`))
  return yield* OpwatchServer.layer.pipe(
    Layer.tap(() => announce),
    Layer.provide(Tracker.layer),
    Layer.provide(Layer.succeed(Sources, sources)),
    Layer.provide(NodeHttpServer.layer(createServer, { ...address, gracefulShutdownTimeout: "1 second" })),
    Layer.launch,
    Effect.catchTag("ServeError", ({ cause }) => Effect.fail(cannotListen(address, cause)))
  )
})

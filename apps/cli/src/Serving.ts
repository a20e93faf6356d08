/** The HTTP server on a socket of this process: the same layers as the server app's. It listens until it is interrupted. */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import * as KeyPlace from "@opwatch/access/KeyPlace"
import * as Limits from "@opwatch/access/Limits"
import * as ServerSection from "@opwatch/access/ServerSection"
import { Sources } from "@opwatch/core/Sources"
import * as ListenAddress from "@opwatch/http/ListenAddress"
import * as OpwatchServer from "@opwatch/http/OpwatchServer"
import * as ConfigurationFile from "@opwatch/sources/ConfigurationFile"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Failure from "./Failure.ts"
import { cannotListen } from "./ListenFlags.ts"
import * as KeyFileFailure from "./KeyFileFailure.ts"
import { ProcessEnvironment } from "./ProcessEnvironment.ts"
import * as Remark from "./Remark.ts"

/** Where to listen, before anything else is looked at. */
export const addressOf = Effect.fnUntraced(function* (host: ListenAddress.Setting, port: ListenAddress.Setting) {
  const hasKeys = KeyPlace.ofServer(yield* ProcessEnvironment) !== undefined
  return yield* Effect.mapError(ListenAddress.parse({ host, port, hasKeys }), ({ _tag, message }) =>
    Failure.usage(_tag, message)
  )
})

/** What the configuration file says under `server`. */
export const sectionOf = Effect.fnUntraced(function* (config: string | undefined) {
  const { configuration, path } = yield* ConfigurationFile.load(config, yield* ProcessEnvironment)
  return yield* Effect.mapError(Effect.fromResult(ServerSection.read(configuration.server)), (problem) =>
    Failure.usage("ConfigurationError", `${path}: ${problem}`)
  )
})

export const serve = Effect.fnUntraced(function* (
  address: ListenAddress.ListenAddress,
  sources: Sources["Service"],
  { limits }: ServerSection.ServerSection
) {
  const keyFile = KeyPlace.ofServer(yield* ProcessEnvironment)
  const announce = HttpServer.addressFormattedWith((url) => Remark.say(`opwatch is listening on ${url}`))
  return yield* OpwatchServer.layer.pipe(
    Layer.tap(() => announce),
    Layer.provide(Tracker.layerMemory),
    Layer.provide([
      Layer.succeed(Sources, sources),
      Layer.succeed(Limits.Limits, limits),
      keyFile === undefined ? ApiKeys.none : ApiKeys.layer(keyFile),
      NodeHttpServer.layer(() => createServer(Limits.nodeOptions(limits)), {
        ...address,
        gracefulShutdownTimeout: "1 second"
      })
    ]),
    Layer.launch,
    Effect.catchTags({
      ServeError: ({ cause }) => Effect.fail(cannotListen(address, cause)),
      KeyFileError: (error) => Effect.fail(KeyFileFailure.of(error))
    })
  )
})

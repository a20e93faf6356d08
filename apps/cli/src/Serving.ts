/** The HTTP server on a socket of this process: the same layers as the server app's. It listens until it is interrupted. */
import { ApiKeys } from "@opwatch/access/ApiKeys"
import * as KeyPlace from "@opwatch/access/KeyPlace"
import * as ServerSection from "@opwatch/access/ServerSection"
import { Sources } from "@opwatch/core/Sources"
import * as ListenAddress from "@opwatch/http/ListenAddress"
import * as ClusterPlace from "@opwatch/server/ClusterPlace"
import * as DatabasePlace from "@opwatch/server/DatabasePlace"
import * as Heap from "@opwatch/server/Heap"
import * as Log from "@opwatch/server/Log"
import * as MetricsPlace from "@opwatch/server/MetricsPlace"
import * as Server from "@opwatch/server/Server"
import * as Telemetry from "@opwatch/server/Telemetry"
import * as ConfigurationFile from "@opwatch/sources/ConfigurationFile"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Failure from "./failure/Failure.ts"
import { cannotListen } from "./flags/ListenFlags.ts"
import * as KeyFileFailure from "./failure/KeyFileFailure.ts"
import { ProcessEnvironment } from "./ProcessEnvironment.ts"
import * as Remark from "./Remark.ts"
import * as Scrub from "./failure/Scrub.ts"
import type { StandardStreams } from "./StandardStreams.ts"

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
  section: ServerSection.ServerSection,
  databaseUrl: string | undefined
) {
  Heap.growSlowly()
  const environment = yield* ProcessEnvironment
  const keyFile = KeyPlace.ofServer(environment)
  const database = DatabasePlace.fromEnvironment(environment, databaseUrl)
  const context = yield* Effect.context<StandardStreams>()
  const announce = (url: string) => Effect.provideContext(Remark.say(`opwatch is listening on ${url}`), context)
  const metrics = yield* Effect.mapError(MetricsPlace.fromEnvironment(environment, section), refused)
  const cluster = yield* Effect.mapError(ClusterPlace.fromEnvironment(environment, section, database), refused)
  const scrub = Scrub.make({ args: process.argv.slice(2), environment: process.env })
  return yield* Server.layer({ address, section, database, metrics, cluster, announce }).pipe(
    Layer.provide([Layer.succeed(Sources, sources), keyFile === undefined ? ApiKeys.none : ApiKeys.layer(keyFile)]),
    Layer.launch,
    Effect.provide(Layer.provideMerge(Telemetry.layer(environment), Log.layer(environment, scrub))),
    Effect.catchTags({
      ConfigurationError: (error) => Effect.fail(refused(error)),
      InvalidSetting: (error) => Effect.fail(refused(error)),
      CannotJoin: (error) => Effect.fail(refused(error)),
      CannotListen: ({ code }) => Effect.fail(cannotListen(address, { code })),
      StoreError: ({ message }) =>
        Effect.fail(Failure.usage("StoreUnusable", message, "--database or OPWATCH_DATABASE_URL names another")),
      KeyFileError: (error) => Effect.fail(KeyFileFailure.of(error))
    })
  )
})

const refused = ({ _tag, message }: { readonly _tag: string; readonly message: string }) => Failure.usage(_tag, message)

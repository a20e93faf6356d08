/** The opwatch server as a process of its own. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfiguredSources from "@opwatch/sources/ConfiguredSources"
import * as NodeTransport from "@opwatch/sources/NodeTransport"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { Teardown } from "effect/Runtime"
import * as ClusterPlace from "./ClusterPlace.ts"
import * as DatabasePlace from "./DatabasePlace.ts"
import * as Heap from "./Heap.ts"
import * as Log from "./Log.ts"
import * as MetricsPlace from "./MetricsPlace.ts"
import * as Server from "./Server.ts"
import * as ServerConfig from "./ServerConfig.ts"
import * as Telemetry from "./Telemetry.ts"

Heap.growSlowly()

const environment = process.env

const sources = ConfiguredSources.layer({ config: undefined, environment }).pipe(
  Layer.provide([NodeTransport.layer(environment), NodeServices.layer])
)

const announce = (url: string) => Console.error(`opwatch is listening on ${url}`)

const server = Layer.unwrap(
  Effect.gen(function* () {
    const address = yield* ServerConfig.fromEnvironment(environment)
    const section = yield* ServerConfig.section(environment)
    const database = DatabasePlace.fromEnvironment(environment)
    const metrics = yield* MetricsPlace.fromEnvironment(environment, section)
    const cluster = yield* ClusterPlace.fromEnvironment(environment, section, database)
    return Server.layer({ address, section, database, metrics, cluster, announce })
  })
).pipe(Layer.provide([sources, ServerConfig.keys(environment), NodeServices.layer]))

/** To be told to stop is no failure. */
const teardown: Teardown = (exit, onExit) =>
  onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : Cause.hasFails(exit.cause) ? 2 : 70)

Layer.launch(server).pipe(
  Effect.provide(Telemetry.layer(environment)),
  Effect.tapError((error) => Log.fail(error.message)),
  Effect.tapDefect((defect) => Effect.logError("This is a mistake in opwatch", defect)),
  Effect.provide(Layer.tapError(Log.layer(environment), (error) => Log.fail(error.message))),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown })
)

/** The process: the command line comes in, the exit code goes out. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Tracer from "effect/Tracer"
import * as Ending from "./Ending.ts"
import { OpenSources } from "./OpenSources.ts"
import * as Opwatch from "./Opwatch.ts"
import { StandardStreams } from "./StandardStreams.ts"
import * as Warnings from "./failure/Warnings.ts"

const services = OpenSources.layer(process.env).pipe(
  Layer.provideMerge(NodeServices.layer),
  Layer.merge(StandardStreams.layer)
)

Opwatch.run(process.argv.slice(2)).pipe(
  Effect.provide(Layer.provideMerge(Warnings.layer, services)),
  // Nobody reads spans here, and providers are sent no headers of them.
  Effect.provideService(Tracer.DisablePropagation, true),
  Effect.withTracerEnabled(false),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown: Ending.teardown(process) })
)

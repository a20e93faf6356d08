/** opwatch as its commands put it together: the configured source, its HTTP client, and a plan from what is known of durations. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Durations from "@opwatch/core/Durations"
import * as PollPlan from "@opwatch/core/PollPlan"
import * as Reference from "@opwatch/core/Reference"
import { providerOf, Sources } from "@opwatch/core/Sources"
import * as Watch from "@opwatch/core/Watch"
import * as ConfiguredSources from "@opwatch/sources/ConfiguredSources"
import * as NodeTransport from "@opwatch/sources/NodeTransport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { kind } from "./waiting-emulator.ts"
import type { Task, Wait } from "./waiting-process.ts"

const source = Reference.SourceName.make("cloud")

export const make = async ({ config, learns, past }: Task): Promise<Wait> => {
  const durations = Durations.make()
  for (const seconds of past) durations.learn({ source, kind, millis: 1_000 * seconds, isOver: true })
  const options = learns ? { durations } : { plan: PollPlan.fromDurations(durations) }
  const { runPromise } = ManagedRuntime.make(
    ConfiguredSources.layer({ config, environment: {} }).pipe(
      Layer.provide([NodeTransport.layer({}), NodeServices.layer])
    )
  )
  const provider = await runPromise(Effect.flatMap(Sources, (sources) => providerOf(sources, { source })))
  return async (id) => {
    const watched = Watch.watch(provider, Reference.OperationId.make(id), options)
    const { finishedAt } = await runPromise(Watch.result(watched))
    if (finishedAt === undefined) throw new Error(`the emulator does not tell when ${id} ended`)
    return finishedAt
  }
}

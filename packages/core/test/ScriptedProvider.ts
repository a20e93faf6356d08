/** A provider that plays a script, one answer a poll and the last one for ever, and keeps what was asked of it. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Diagnosis from "../src/Diagnosis.ts"
import type { Operation } from "../src/Operation.ts"
import { withPolls } from "../src/Provider.ts"
import type { ProviderError } from "../src/ProviderError.ts"
import { operation, source } from "./Samples.ts"

export type Answer = Effect.Effect<Operation, ProviderError>

export const make = (...script: readonly [Answer, ...ReadonlyArray<Answer>]) => {
  /** The milliseconds at which each poll began. */
  const polls: Array<number> = []
  const asked = { cancels: 0, interrupted: 0 }
  const provider = withPolls({
    source,
    name: "toloka",
    urls: ["http://127.0.0.1:4010/api/v1"],
    capabilities: { cancel: true, list: true, log: false },
    get: () =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const answer = script[Math.min(polls.length, script.length - 1)] ?? script[0]
        polls.push(now)
        return answer
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => void (asked.interrupted += 1)))),
    cancel: () =>
      Effect.sync(() => {
        asked.cancels += 1
        return operation("running")
      }),
    log: () => Stream.empty,
    list: () => Stream.empty,
    diagnose: () => Diagnosis.empty
  })
  return { provider, polls, asked }
}

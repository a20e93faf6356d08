/**
 * What may pass is ridden out by those who wait or follow: what they asked is asked again, with growing pauses, until it has
 * been failing for a quarter of an hour without a break. Before there was any answer a failure is final.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { OpwatchError } from "./OpwatchError.ts"

const firstPauseMillis = 250
const longestPauseMillis = 30_000
const longestMillis = 15 * 60_000

export const make = () => {
  let answered = false
  let failures = 0
  let since = 0
  return {
    /** There is an answer. */
    over: Effect.sync(() => {
      answered = true
      failures = 0
    }),
    /** Pauses before the next try, or fails where there is to be none. */
    rideOut: Effect.fnUntraced(function* (error: OpwatchError): Effect.fn.Return<void, OpwatchError> {
      const now = yield* Clock.currentTimeMillis
      if (failures === 0) since = now
      if (!answered || !error.isRetryable || now - since >= longestMillis) return yield* Effect.fail(error)
      failures += 1
      const pause = Math.min(longestPauseMillis, firstPauseMillis * 2 ** (failures - 1))
      const part = 0.5 + (yield* Random.next) / 2
      yield* Effect.sleep(Math.max((error.retryAfterSeconds ?? 0) * 1000, pause * part))
    })
  }
}

export type Outage = ReturnType<typeof make>

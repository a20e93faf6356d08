/** Waits by requests that each wait a while, until what they give is done or time is up; what may pass meanwhile is ridden out. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { OpwatchError } from "./OpwatchError.ts"
import * as Outages from "./Outage.ts"

const longest = Duration.seconds(30)

/** A server that stops answers at once, and is not to be asked again at once. */
const early = 250

export interface Polled<A> {
  /** At once: a failure of it is final. */
  readonly now: Effect.Effect<A, OpwatchError>
  /** When it is done, or after that time. */
  readonly within: (time: Duration.Duration) => Effect.Effect<A, OpwatchError>
  readonly isDone: (value: A) => boolean
}

/** The last that was known, whether done or not. */
export const wait = Effect.fnUntraced(function* <A>(
  { isDone, now, within }: Polled<A>,
  timeout: Duration.Duration
): Effect.fn.Return<A, OpwatchError> {
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(timeout)
  const outage = Outages.make()
  let value = yield* Effect.tap(now, outage.over)
  for (;;) {
    const asked = yield* Clock.currentTimeMillis
    const left = end - asked
    if (isDone(value) || left <= 0) return value
    const polled = yield* Effect.result(within(Duration.min(longest, Duration.millis(left))))
    if (polled._tag === "Failure") {
      yield* Effect.timeoutOption(outage.rideOut(polled.failure), Duration.millis(left))
    } else {
      value = polled.success
      yield* outage.over
      const took = (yield* Clock.currentTimeMillis) - asked
      if (!isDone(value) && took < early) yield* Effect.sleep(Math.min(early, left))
    }
  }
})

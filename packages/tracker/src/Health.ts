/** Whether the tracker does what it is for, and if not, why. It never gives up by itself. */
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { StoreError } from "./StoreError.ts"

export type Health = Data.TaggedEnum<{
  Ready: {}
  /** In words for those who run it. It goes on by itself once the cause is gone. */
  NotReady: { readonly reason: string }
}>
export const { Ready, NotReady } = Data.taggedEnum<Health>()

export interface Monitor {
  readonly health: () => Health
  /** Until the returned function is called. */
  readonly notReady: (reason: string) => () => void
  /** What the store's latest answer was: an error, or none. */
  readonly storeAnswered: (error: StoreError | undefined) => void
  /** Does it until the store lets it, however often it fails; meanwhile the tracker is not ready. */
  readonly persist: <A, R>(attempt: Effect.Effect<A, StoreError, R>) => Effect.Effect<A, never, R>
  /** Does it again after a while if it breaks by a mistake in opwatch, which is logged; meanwhile the tracker is not ready. */
  readonly keep: <A, R>(what: string, effect: Effect.Effect<A, never, R>) => Effect.Effect<A, never, R>
}

export const make = (): Monitor => {
  const reasons = new Set<{ readonly reason: string }>()

  const notReady = (reason: string) => {
    const entry = { reason }
    reasons.add(entry)
    return () => void reasons.delete(entry)
  }
  const troubled = () => {
    let mended = () => {}
    return (error: StoreError | undefined) => {
      mended()
      mended = error === undefined ? () => {} : notReady(`the store: ${error.message}`)
    }
  }

  return {
    health: () => {
      const [first] = reasons
      return first === undefined ? Ready() : NotReady(first)
    },
    notReady,
    storeAnswered: troubled(),
    persist: (attempt) =>
      Effect.suspend(() => {
        const note = troubled()
        return attempt.pipe(
          Effect.tapError((error) => Effect.sync(() => note(error))),
          Effect.retry(patience),
          Effect.orDie,
          Effect.ensuring(Effect.sync(() => note(undefined)))
        )
      }),
    keep: (what, effect) => {
      const attempt: typeof effect = Effect.catchCause(effect, (cause) => {
        if (Cause.hasInterrupts(cause)) return Effect.failCause(cause)
        const mend = notReady(`${what} broke: the log says how`)
        return Effect.logError(`${what} broke`, cause).pipe(
          Effect.andThen(Effect.sleep(breakPause)),
          Effect.ensuring(Effect.sync(mend)),
          Effect.andThen(attempt)
        )
      })
      return attempt
    }
  }
}

const breakPause = Duration.seconds(1)

const patience = Schedule.jittered(
  Schedule.min([Schedule.exponential(Duration.millis(50)), Schedule.spaced(Duration.seconds(5))])
)

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

export type StoreRequest = "read" | "write"

export interface Monitor {
  readonly health: () => Health
  /** Until the returned function is called. */
  readonly notReady: (reason: string) => () => void
  /**
   * What the store's latest answer was to this kind of request, an error or none: a disk that is full lets go on reading. The
   * log tells when trouble begins and when it is over.
   */
  readonly storeAnswered: (request: StoreRequest, error: StoreError | undefined) => Effect.Effect<void>
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

  const told = (words: string) => {
    const note = troubled()
    let reason: StoreError["reason"] | undefined
    return (error: StoreError | undefined) => {
      note(error)
      const before = reason
      reason = error?.reason
      if (before === reason) return Effect.void
      return error === undefined
        ? Effect.logInfo(`the store can be ${words} again`)
        : Effect.logWarning(`the store cannot be ${words}: ${error.message}`)
    }
  }
  const answered = { read: told("read"), write: told("written") }

  return {
    /** The latest: what was there before may last because of it, as reading from a store does that is away. */
    health: () => {
      const latest = [...reasons].at(-1)
      return latest === undefined ? Ready() : NotReady(latest)
    },
    notReady,
    storeAnswered: (request, error) => Effect.suspend(() => answered[request](error)),
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

/** Work that goes on as long as the server, whatever the database does meanwhile. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const pause = Duration.seconds(1)

/** Does the step again and again, after a pause if it failed; the log tells when that begins and when it is over. */
export const forever = <R>(what: string, step: Effect.Effect<void, StoreError, R>): Effect.Effect<never, never, R> => {
  let isBroken = false
  const succeeded = Effect.suspend(() => {
    if (!isBroken) return Effect.void
    isBroken = false
    return Effect.logInfo(`${what} goes on`)
  })
  const failed = (cause: Cause.Cause<StoreError>) => {
    if (Cause.hasInterrupts(cause)) return Effect.interrupt
    const told = isBroken ? Effect.void : Effect.logWarning(`${what} cannot go on for now`, cause)
    isBroken = true
    return Effect.andThen(told, Effect.sleep(pause))
  }
  return Effect.forever(Effect.matchCauseEffect(step, { onFailure: failed, onSuccess: () => succeeded }))
}

/**
 * Single requests, as every command but `wait` and `watch` makes them: tried a few times, and given up well within fifteen
 * seconds. A source that gave up without ever having answered is not asked again, however many references it has.
 */
import * as Backoff from "@opwatch/core/Backoff"
import { noAnswer, patience } from "@opwatch/core/Patience"
import { ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import type { Target } from "./Asked.ts"

/** How many requests are on their way at the same time. */
export const concurrency = 10

/** Sends a request that may be repeated; `unanswered` is the failure where it has no answer at all. */
export const repeatable = <A>(
  unanswered: ProviderError,
  request: Effect.Effect<A, ProviderError>
): Effect.Effect<A, ProviderError> =>
  Effect.suspend(() => {
    let last = unanswered
    const noted = Effect.tapError(request, (error) => Effect.sync(() => void (last = error)))
    return Effect.timeoutOrElse(Backoff.retry(noted), { duration: patience, orElse: () => Effect.fail(last) })
  })

/** Asks for the operations as they are now. */
export const getter = () => {
  const answered = new Set<SourceName>()
  const silent = new Map<SourceName, ProviderError>()
  return (target: Target) =>
    Effect.suspend(() => {
      const { id, source } = target.reference
      const gaveUp = silent.get(source)
      if (gaveUp !== undefined) return Effect.fail(new ProviderError({ ...gaveUp, id, message: gaveUp.message }))
      return repeatable(noAnswer(target.reference), target.provider.get(id)).pipe(
        Effect.tap(() => Effect.sync(() => answered.add(source))),
        Effect.tapError((error) =>
          Effect.sync(() => {
            if (error.reason._tag === "Unavailable" && !answered.has(source)) silent.set(source, error)
            else answered.add(source)
          })
        )
      )
    })
}

/** Asks once to cancel: whether a repeated cancel does harm is for nobody to find out. */
export const cancel = (target: Target) =>
  Effect.timeoutOrElse(target.provider.cancel(target.reference.id), {
    duration: patience,
    orElse: () => Effect.fail(noAnswer(target.reference, "; whether the cancellation was taken is not known"))
  })

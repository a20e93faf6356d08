/**
 * Single requests, as every command but `wait` and `watch` makes them: tried a few times, and given up well within fifteen
 * seconds. A source that gave up without ever having answered is not asked again, however many references it has.
 */
import * as Backoff from "@opwatch/core/Backoff"
import { ProviderError, Unavailable } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import type { LogStep } from "@opwatch/core/LogStep"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Target } from "./Asked.ts"

/** How long a request may take with all its repetitions. */
export const patience = Duration.seconds(12)

/** How many requests are on their way at the same time. */
export const concurrency = 10

const noAnswer = ({ reference: { id, source } }: Target, suffix = ""): ProviderError =>
  new ProviderError({
    source,
    id,
    reason: new Unavailable(),
    message: `no answer within ${Duration.toSeconds(patience)} seconds${suffix}`
  })

/** Sends a request that may be repeated. */
const repeatable = <A>(target: Target, request: Effect.Effect<A, ProviderError>): Effect.Effect<A, ProviderError> =>
  Effect.suspend(() => {
    let last = noAnswer(target)
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
      return repeatable(target, target.provider.get(id)).pipe(
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
    orElse: () => Effect.fail(noAnswer(target, "; whether the cancellation was taken is not known"))
  })

/**
 * Gives the log to `onStep` step by step; where that fails, so does this. After a broken connection it goes on behind the
 * last step that came.
 */
export const log = <E>(target: Target, onStep: (step: LogStep) => Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    let next = 0
    let last = noAnswer(target)
    const refused = yield* Deferred.make<never, E>()
    const steps = Stream.suspend(() => target.provider.log(target.reference.id)).pipe(
      Stream.timeoutOrElse({ duration: patience, orElse: () => Stream.fail(noAnswer(target)) }),
      Stream.tapError((error) => Effect.sync(() => void (last = error))),
      Stream.filter(({ index }) => index >= next)
    )
    const read = Stream.runForEach(steps, (step) => {
      next = step.index + 1
      return Effect.catch(onStep(step), (error) => Effect.andThen(Deferred.fail(refused, error), Effect.never))
    })
    const silence = Effect.suspend(() => (next === 0 ? Effect.fail(last) : Effect.never))
    yield* Effect.raceAllFirst([
      Backoff.retry(read),
      Effect.andThen(Effect.sleep(patience), silence),
      Deferred.await(refused)
    ])
  })

/** Reads a log of any length step by step, and goes on behind the last step after a broken connection. */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Backoff from "./Backoff.ts"
import type { LogStep } from "./LogStep.ts"
import { noAnswer, patience } from "./Patience.ts"
import type { Provider } from "./Provider.ts"
import { isRetryable, type ProviderError, retryAfter } from "./ProviderError.ts"
import type { OperationId } from "./Reference.ts"

/**
 * Gives each step to `onStep` once; where that fails, so does this. It takes as long as steps come; a log that does not
 * begin in time, or breaks off again without one step more, fails.
 */
export const readLog = <E>(
  provider: Provider,
  id: OperationId,
  onStep: (step: LogStep) => Effect.Effect<void, E>
): Effect.Effect<void, ProviderError | E> =>
  Effect.gen(function* () {
    const silent = noAnswer({ source: provider.source, id })
    let next = 0
    let last = silent
    const refused = yield* Deferred.make<never, E>()
    const steps = Stream.suspend(() => provider.log(id)).pipe(
      Stream.timeoutOrElse({ duration: patience, orElse: () => Stream.fail(silent) }),
      Stream.tapError((error) => Effect.sync(() => void (last = error))),
      Stream.filter(({ index }) => index >= next)
    )
    const read = Stream.runForEach(steps, (step) => {
      next = step.index + 1
      return Effect.catch(onStep(step), (error) => Effect.andThen(Deferred.fail(refused, error), Effect.never))
    })
    /** Each step that came wins the log all of its attempts back, unless the provider wants a long pause. */
    const mayGoOn = (error: ProviderError) =>
      isRetryable(error) && Duration.isLessThanOrEqualTo(retryAfter(error), patience)
    const readOn: Effect.Effect<void, ProviderError> = Effect.suspend(() => {
      const before = next
      return Effect.catchIf(
        Backoff.retry(read),
        (error) => next > before && mayGoOn(error),
        (error) => Effect.andThen(Effect.flatMap(Backoff.delay(1, error), Effect.sleep), readOn)
      )
    })
    const silence = Effect.suspend(() => (next === 0 ? Effect.fail(last) : Effect.never))
    yield* Effect.raceAllFirst([readOn, Effect.andThen(Effect.sleep(patience), silence), Deferred.await(refused)])
  })

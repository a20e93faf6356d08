/** How long to pause after a request failed, and for how long a single request keeps trying. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { ProviderError } from "./ProviderError.ts"
import { isRetryable, retryAfter } from "./ProviderError.ts"

const first = 250
const longest = 30_000

/**
 * A quarter of a second at the first failure in a row, doubled at each further one, at most half a minute; of that a
 * random part between half and all. Never less than the provider asked for.
 */
export const delay = (failures: number, error: ProviderError): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (chance) =>
    Duration.max(retryAfter(error), Duration.millis(wholePause(failures) * (0.5 + chance / 2)))
  )

const wholePause = (failures: number): number => Math.min(longest, first * 2 ** (failures - 1))

/** How often a single request that failed is sent again. An answer that cannot be read rarely gets better. */
const attempts = (error: ProviderError): number => (error.reason._tag === "MalformedAnswer" ? 2 : 4)

/** How long after the first request the last one may be sent. Longer pauses are left to those who wait. */
const patience = 5_000

/** Sends a request again while its failure may pass: a few times, the last within five seconds of the first. */
export const retry = <A, R>(request: Effect.Effect<A, ProviderError, R>): Effect.Effect<A, ProviderError, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) =>
    Effect.retry(request, ($) =>
      $(Schedule.forever).pipe(
        Schedule.while(
          ({ attempt, input, now }) =>
            isRetryable(input) &&
            attempt <= attempts(input) &&
            now - start + Math.max(wholePause(attempt), Duration.toMillis(retryAfter(input))) <= patience
        ),
        Schedule.addDelay(({ attempt, input }) => delay(attempt, input))
      )
    )
  )

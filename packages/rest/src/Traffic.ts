/**
 * What keeps the requests of one source within bounds, however many wait for it: its rate limit, and a circuit breaker that
 * stops asking a host which has stopped answering, but for a probe now and then.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as MutableRef from "effect/MutableRef"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Schedule from "effect/Schedule"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import { TrafficShare } from "./TrafficShare.ts"

export interface RateLimit {
  readonly requests: number
  readonly per: Duration.Duration
}

/** A request that was not sent, for the host has not answered for a while. */
export interface NotAsked {
  readonly askAgainIn: Duration.Duration
}

export interface Traffic {
  /** Waits for the request's turn, which is not part of any deadline of its own, and sends it unless the circuit is open. */
  readonly admit: <A>(
    request: Effect.Effect<A, ProviderError>,
    refused: (reason: NotAsked) => ProviderError
  ) => Effect.Effect<A, ProviderError>
}

/** So many requests in a row without an answer open the circuit, for a second at first, at most half a minute. */
const failuresInARow = 20
const openDuration = Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("30 seconds")])

/** How soon to ask again while a probe is on its way. */
const probing = Duration.seconds(1)

const stores = Layer.mergeAll(
  RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory)),
  CircuitBreaker.layerStoreMemory()
)

export const make = Effect.fnUntraced(
  function* (source: SourceName, rateLimit: RateLimit) {
    const withRateLimiter = yield* RateLimiter.makeWithRateLimiter
    const breaker = yield* CircuitBreaker.make({
      tripPolicy: CircuitBreaker.consecutive(failuresInARow),
      openDuration
    })
    const share = yield* TrafficShare
    const paced = <A, E>(request: Effect.Effect<A, E>) =>
      Effect.suspend(() =>
        withRateLimiter({
          key: source,
          limit: Math.max(1, rateLimit.requests * MutableRef.get(share)()),
          window: rateLimit.per,
          algorithm: "token-bucket",
          onExceeded: "delay"
        })(request)
      )
    const traffic: Traffic = {
      admit: <A>(request: Effect.Effect<A, ProviderError>, refused: (reason: NotAsked) => ProviderError) => {
        const guarded: Effect.Effect<A, ProviderError | CircuitBreaker.CircuitBreakerError> = breaker.execute(request, {
          key: source,
          classify
        })
        const told = Effect.catchTag(guarded, "CircuitBreakerError", ({ reason }) =>
          reason._tag === "CircuitBreakerStoreError"
            ? Effect.die(reason)
            : Effect.fail(refused({ askAgainIn: reason._tag === "CircuitOpen" ? reason.retryAfter : probing }))
        )
        return Effect.catchTag(paced(told), "RateLimiterError", Effect.die)
      }
    }
    return traffic
  },
  Effect.provide(stores),
  Effect.scoped
)

/** Only silence counts against a host: throttling and errors of a request are answers. */
const classify = (exit: Exit.Exit<unknown, ProviderError>): CircuitBreaker.Outcome =>
  Option.exists(Exit.findErrorOption(exit), ({ reason }) => reason._tag === "Unavailable")
    ? CircuitBreaker.failure()
    : Exit.hasInterrupts(exit)
      ? CircuitBreaker.ignored
      : CircuitBreaker.success

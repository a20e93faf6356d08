/**
 * Where a credential's token comes from. A cache keeps one that is issued until shortly before its end and lets one renewal
 * run at a time, however many wait for it, so that a wait of days survives tokens of hours.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import type { ProviderError } from "@opwatch/core/ProviderError"

export interface TokenSupply {
  /** A token that is good, as far as is known. */
  readonly get: Effect.Effect<Redacted.Redacted<string>, ProviderError>
  /** Takes note that a token was refused, so that it is not given again if another can be had. */
  readonly reject: (token: Redacted.Redacted<string>) => Effect.Effect<void>
}

/** A token that stands somewhere and is read at each request, so that one that is replaced there is taken up. */
export const standing = (get: TokenSupply["get"]): TokenSupply => ({ get, reject: () => Effect.void })

export interface IssuedToken {
  readonly token: Redacted.Redacted<string>
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Gets a new token from where they are issued. */
export type Issuer = Effect.Effect<IssuedToken, ProviderError>

/** A token is renewed at the first request in this last part of its life, so that who asks seldom is in time as well. */
const lastPart = 0.1

/** A token that came expired shows that the clocks differ: it serves this long before another is asked for. */
const leastLife = Duration.toMillis(Duration.minutes(1))

interface Kept extends IssuedToken {
  readonly renewAt: number
}

/** One token for all who ask, renewed in time. Those who wait for a renewal that fails share its failure. */
export const cached = (issuer: Issuer): Effect.Effect<TokenSupply> =>
  Effect.map(Semaphore.make(1), (oneAtATime) => {
    let kept: Kept | undefined
    let failure: { readonly error: ProviderError } | undefined

    const renew = Effect.gen(function* () {
      const asked = yield* Clock.currentTimeMillis
      const { expiresAt: end, token } = yield* issuer
      const expiresAt = end > asked ? end : asked + leastLife
      kept = { token, expiresAt, renewAt: expiresAt - (expiresAt - asked) * lastPart }
      return token
    })

    /** While the old token is good it serves on, and half of its rest goes by before the next try. */
    const postpone = Effect.fnUntraced(function* (old: Kept | undefined, error: ProviderError) {
      const now = yield* Clock.currentTimeMillis
      failure = { error }
      if (old === undefined || old !== kept || now >= old.expiresAt) return yield* error
      kept = { ...old, renewAt: now + (old.expiresAt - now) / 2 }
      return old.token
    })

    const fresh = Effect.map(Clock.currentTimeMillis, (now) =>
      kept !== undefined && now < kept.renewAt ? kept.token : undefined
    )

    const current = Effect.fnUntraced(function* (seen: typeof failure) {
      const token = yield* fresh
      if (token !== undefined) return token
      if (failure !== undefined && failure !== seen) return yield* failure.error
      const old = kept
      return yield* Effect.catch(renew, (error) => postpone(old, error))
    })

    return {
      get: Effect.flatMap(fresh, (token) =>
        token !== undefined ? Effect.succeed(token) : oneAtATime.withPermit(current(failure))
      ),
      reject: (token) =>
        Effect.sync(() => {
          if (kept !== undefined && Redacted.value(kept.token) === Redacted.value(token)) kept = undefined
        })
    }
  })

/** Gets a token in exchange for another supply's, which is asked for a better one once if its first is refused. */
export const exchanged = (supply: TokenSupply, exchange: (token: Redacted.Redacted<string>) => Issuer): Issuer =>
  Effect.flatMap(supply.get, (token) =>
    Effect.catchReason(exchange(token), "ProviderError", "Unauthenticated", (_, error) =>
      Effect.flatMap(Effect.andThen(supply.reject(token), supply.get), (next) =>
        Redacted.value(next) === Redacted.value(token) ? Effect.fail(error) : exchange(next)
      )
    )
  )

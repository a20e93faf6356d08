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

/** A token is renewed this long before its end, or a tenth of its life where that is less. */
const margin = Duration.toMillis(Duration.minutes(5))

interface Kept extends IssuedToken {
  readonly renewAt: number
}

/** One token for all who ask, renewed in time. */
export const cached = (issuer: Issuer): Effect.Effect<TokenSupply> =>
  Effect.map(Semaphore.make(1), (oneAtATime) => {
    let kept: Kept | undefined

    const renew = Effect.gen(function* () {
      const asked = yield* Clock.currentTimeMillis
      const issued = yield* issuer
      const renewAt = issued.expiresAt - Math.min(margin, (issued.expiresAt - asked) / 10)
      kept = { ...issued, renewAt }
      return issued.token
    })

    /** While the old token is still good, a renewal that fails is tried again at the next request. */
    const current = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (kept === undefined || now >= kept.expiresAt) return renew
      const { renewAt, token } = kept
      return now < renewAt ? Effect.succeed(token) : Effect.orElseSucceed(renew, () => token)
    })

    return {
      get: Effect.flatMap(Clock.currentTimeMillis, (now) =>
        kept !== undefined && now < kept.renewAt ? Effect.succeed(kept.token) : oneAtATime.withPermit(current)
      ),
      reject: (token) =>
        Effect.sync(() => {
          if (kept !== undefined && Redacted.value(kept.token) === Redacted.value(token)) kept = undefined
        })
    }
  })

/** Where a test's tokens are issued, and those who ask for them. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { ProviderError, Unavailable } from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import type * as Token from "../src/Token.ts"

export const source = SourceName.make("mine")
export const outage = new ProviderError({ source, reason: new Unavailable(), message: "nobody answers" })

/** Where tokens are issued: each is numbered, and each try is counted, whether or not it fails. */
export const mint = (life: Duration.Input) => {
  const state = {
    tries: 0,
    issued: 0,
    fails: false,
    before: Effect.void as Effect.Effect<void>
  }
  const issuer: Token.Issuer = Effect.gen(function* () {
    state.tries++
    yield* state.before
    if (state.fails) return yield* outage
    const expiresAt = (yield* Clock.currentTimeMillis) + Duration.toMillis(life)
    return { token: Redacted.make(`token-${++state.issued}`), expiresAt }
  })
  return { state, issuer }
}

export const value = ({ get }: Token.TokenSupply) => Effect.map(get, Redacted.value)

/** All of them ask before the test goes on. */
export const fifty = <A, E, R>(ask: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: 50 }), () => Effect.forkChild(ask, { startImmediately: true }))

/** Keeps a try waiting that has begun, until the test lets it go on. */
export const hold = ({ state }: ReturnType<typeof mint>) => {
  const begun = Deferred.makeUnsafe<void>()
  const released = Deferred.makeUnsafe<void>()
  state.before = Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(released))
  return { begun: Deferred.await(begun), release: Deferred.succeed(released, undefined) }
}

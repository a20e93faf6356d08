import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Forbidden, ProviderError, Unauthenticated, Unavailable } from "@opwatch/core/ProviderError"
import * as Token from "../src/Token.ts"
import { source } from "./Mint.ts"

const refusal = new ProviderError({ source, reason: new Unauthenticated(), message: "not this one" })

describe("a token in exchange for another", () => {
  const supplied = (...tokens: ReadonlyArray<string>) => {
    let current = 0
    const rejected: Array<string> = []
    const supply: Token.TokenSupply = {
      get: Effect.sync(() => Redacted.make(tokens[current] ?? assert.fail("none is left"))),
      reject: (token) =>
        Effect.sync(() => {
          rejected.push(Redacted.value(token))
          if (current < tokens.length - 1) current++
        })
    }
    return { supply, rejected }
  }
  const accepting = (good: string, tried: Array<string>) => (token: Redacted.Redacted<string>) => {
    tried.push(Redacted.value(token))
    return Redacted.value(token) === good
      ? Effect.succeed({ token: Redacted.make("exchanged"), expiresAt: 1 })
      : Effect.fail(refusal)
  }

  it.effect("is had with a renewed one where the first is refused", () =>
    Effect.gen(function* () {
      const { rejected, supply } = supplied("old", "new")
      const tried: Array<string> = []
      const { token } = yield* Token.exchanged(supply, accepting("new", tried))
      assert.strictEqual(Redacted.value(token), "exchanged")
      assert.deepStrictEqual([tried, rejected], [["old", "new"], ["old"]])
    })
  )

  it.effect("is not asked for again with the same one, nor a third time", () =>
    Effect.gen(function* () {
      const tried: Array<string> = []
      const same = Token.exchanged(supplied("old").supply, accepting("new", tried))
      assert.strictEqual(yield* Effect.flip(same), refusal)
      assert.deepStrictEqual(tried.splice(0), ["old"])
      const third = Token.exchanged(supplied("old", "older", "new").supply, accepting("new", tried))
      assert.strictEqual(yield* Effect.flip(third), refusal)
      assert.deepStrictEqual(tried, ["old", "older"])
    })
  )

  it.effect("is not asked for again where it fails for anything else", () =>
    Effect.gen(function* () {
      const { rejected, supply } = supplied("old", "new")
      for (const reason of [new Unavailable(), new Forbidden()]) {
        const error = new ProviderError({ source, reason, message: "no" })
        assert.strictEqual(yield* Effect.flip(Token.exchanged(supply, () => Effect.fail(error))), error)
      }
      assert.deepStrictEqual(rejected, [])
    })
  )
})

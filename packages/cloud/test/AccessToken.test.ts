import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Json } from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as AccessToken from "../src/AccessToken.ts"
import { issued, refused, source } from "./TokenServer.ts"

const read = (answer: Json) => AccessToken.read(source, "the exchange", answer)

describe("an access token", () => {
  it.effect("ends so many seconds from now", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(5_000)
      const answer = { access_token: "t1.a.b", expires_in: 2, token_type: "Bearer" }
      assert.deepStrictEqual(yield* issued(read(answer)), { token: "t1.a.b", expiresAt: 7_000 })
    })
  )

  it.effect.each([undefined, null, 0, -1, "soon"])("is taken to live an hour where expires_in is %j", (expires_in) =>
    Effect.gen(function* () {
      const answer = expires_in === undefined ? { access_token: "t" } : { access_token: "t", expires_in }
      assert.strictEqual((yield* issued(read(answer))).expiresAt, 3_600_000)
    })
  )

  it.effect.each<{ readonly answer: Json }>([
    { answer: {} },
    { answer: [] },
    { answer: null },
    { answer: "hush" },
    { answer: { access_token: "" } },
    { answer: { access_token: ["hush"] } },
    { answer: { token: "hush" } }
  ])("is not there in %j", ({ answer }) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refused(read(answer), ["hush"]), {
        reason: "MalformedAnswer",
        message: "the answer of the exchange has no token",
        hint: undefined
      })
    })
  )
})

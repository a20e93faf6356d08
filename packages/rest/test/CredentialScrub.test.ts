import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as CredentialScrub from "../src/CredentialScrub.ts"

const secret = "abab-abac"
const scrub = CredentialScrub.make(Option.some(Redacted.make(secret)))

describe("CredentialScrub", () => {
  it("takes out the credential and leaves its scheme", () => {
    assert.strictEqual(scrub.text(`Bearer ${secret} and ${secret}.`), "Bearer <redacted> and <redacted>.")
  })

  it("leaves everything where there is no credential", () => {
    assert.strictEqual(CredentialScrub.make(Option.none()).text(`Bearer ${secret}`), `Bearer ${secret}`)
  })

  const pieces = Arbitrary.schema(
    Schema.Array(Schema.Literals([secret, "abab", "-ab", "ac", "a", "b", "-", "", " and "])).check(
      Schema.isMaxLength(30)
    )
  )

  it.effect.prop(
    "takes as much out of pieces as out of the whole, in whatever place they are cut",
    [pieces],
    ([parts]) =>
      Effect.map(Stream.mkString(scrub.stream(Stream.fromIterable(parts).pipe(Stream.rechunk(1)))), (text) =>
        assert.strictEqual(text, scrub.text(parts.join("")))
      ),
    { arbitrary: { runs: 1_000 } }
  )

  it.effect("passes on at once what the credential cannot have begun in", () =>
    Effect.gen(function* () {
      const parts = Stream.fromIterable(["one ", "two aba", "r"]).pipe(Stream.rechunk(1))
      assert.deepStrictEqual(yield* Stream.runCollect(scrub.stream(parts)), ["one ", "two ", "abar", ""])
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import * as Credentials from "../src/Credentials.ts"

describe("Credentials.decode", () => {
  it.effect("keeps every secret redacted", () =>
    Effect.gen(function* () {
      const credentials = yield* Credentials.decode({ toloka: { oauth: ["sesame"] }, cloud: { apiKey: ["mellon"] } })
      assert.strictEqual(credentials.toloka?.oauth?.map((secret) => Redacted.value(secret)).join(), "sesame")
      assert.notMatch(inspect(credentials, { depth: 9 }) + JSON.stringify(credentials), /sesame|mellon/)
    })
  )

  it.effect.each([
    { toloka: { oauth: "sesame" } },
    { toloka: "sesame" },
    { cloud: { iamToken: [{ sesame: 1 }] } },
    { clouds: { iamToken: ["sesame"] } }
  ])("never tells a secret in an error: %#", (input) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(Credentials.decode(input))
      assert.notInclude(message, "sesame")
      assert.match(message, /^(toloka|cloud)/)
    })
  )
})

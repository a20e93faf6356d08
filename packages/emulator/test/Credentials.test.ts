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

  it.effect("names the place and what would be right in a key", () =>
    Effect.gen(function* () {
      const key = { id: "k", service_account_id: "s", public_key: "no PEM" }
      const { message } = yield* Effect.flip(Credentials.decode({ cloud: { serviceAccountKeys: [key] } }))
      assert.strictEqual(message, "cloud.serviceAccountKeys[0].public_key: Expected an RSA public key in PEM")
    })
  )

  it.effect.each([
    { toloka: { oauth: "sesame" } },
    { toloka: "sesame" },
    { cloud: { iamToken: [{ sesame: 1 }] } },
    { clouds: { iamToken: ["sesame"] } },
    { cloud: { oauth: "sesame" } },
    { cloud: { tokenLifetime: "sesame" } },
    { cloud: { workloadIdentity: [{ subject_token: "sesame" }] } },
    { cloud: { serviceAccountKeys: [{ id: "k", service_account_id: "s", public_key: "sesame" }] } },
    { cloud: { serviceAccountKeys: [{ id: "k", service_account_id: "s", public_key: "", private_key: "sesame" }] } }
  ])("never tells a secret in an error: %#", (input) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(Credentials.decode(input))
      assert.notInclude(message, "sesame")
      assert.match(message, /^(toloka|cloud)/)
    })
  )
})

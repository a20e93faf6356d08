import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { type Kind, schemeOf } from "../src/TolokaCredential.ts"

const apiKey = (first: number) => `${"a".repeat(first)}.b.c`
const value = (kind: Kind, token: string) => `${schemeOf(kind, Redacted.make(token))} ${token}`

describe("the credential of Toloka", () => {
  it.each([apiKey(22), apiKey(23), apiKey(24)])("is an API key by its shape: %s", (token) => {
    assert.strictEqual(value("auto", token), `ApiKey ${token}`)
  })

  it.each([
    "y0_AgAAAAABBBB",
    apiKey(21),
    apiKey(25),
    `${"a".repeat(23)}.b`,
    `${"a".repeat(23)}.b.c.d`,
    `${"a".repeat(23)}`,
    ""
  ])("is an OAuth token by its shape: %j", (token) => assert.strictEqual(value("auto", token), `OAuth ${token}`))

  it("is what it was said to be, against its shape", () => {
    assert.strictEqual(value("oauth", apiKey(23)), `OAuth ${apiKey(23)}`)
    assert.strictEqual(value("apiKey", "y0_Ag"), "ApiKey y0_Ag")
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { header } from "../src/CloudCredential.ts"

describe("the credential of the cloud", () => {
  it("goes by its scheme", () => {
    assert.strictEqual(Redacted.value(header("iamToken", Redacted.make("t1.a.b"))), "Bearer t1.a.b")
    assert.strictEqual(Redacted.value(header("apiKey", Redacted.make("AQVN"))), "Api-Key AQVN")
  })

  it("stays redacted", () => {
    assert.notInclude(String(header("iamToken", Redacted.make("t1.hush.hush"))), "hush")
  })
})

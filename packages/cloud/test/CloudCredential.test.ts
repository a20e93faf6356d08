import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { isIamToken } from "../src/CloudCredential.ts"

describe("a token of the cloud", () => {
  it.each(["t1.a.b", "t1.9eudeZ-x_y.AbC"])("is an IAM token by its shape: %s", (token) => {
    assert.isTrue(isIamToken(Redacted.make(token)))
  })

  it.each(["y0_AgAAA", "t1.a", "t1.a.b.c", "t1..b", "t2.a.b", "AQVN", ""])("is none by its shape: %j", (token) => {
    assert.isFalse(isIamToken(Redacted.make(token)))
  })
})

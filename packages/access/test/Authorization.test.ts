import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Authorization from "../src/Authorization.ts"

const parse = (header: string | undefined, schemes = Authorization.bearer) =>
  Option.getOrUndefined(Option.map(Authorization.parse(header, schemes), Redacted.value))

const Token = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,60}$/))
const Spaces = Schema.String.check(Schema.isPattern(/^ {1,4}$/))

describe("Authorization", () => {
  it("reads the schemes of existing clients, in whatever case, where it is told to", () => {
    for (const scheme of ["Bearer", "OAuth", "ApiKey", "Api-Key", "bearer", "OAUTH", "api-key"]) {
      assert.strictEqual(parse(`${scheme} opw_x`, Authorization.anyScheme), "opw_x")
    }
    assert.strictEqual(parse("BEARER opw_x"), "opw_x")
    for (const scheme of ["OAuth", "ApiKey", "Api-Key"]) assert.isUndefined(parse(`${scheme} opw_x`))
    assert.isUndefined(parse("Basic b3B3Og==", Authorization.anyScheme))
  })

  for (const header of [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "opw_x",
    "Beareropw_x",
    "Bearer a b",
    "Bearer\topw_x",
    " Bearer x",
    "Bearer \u00e9",
    "Bearer a\u0000"
  ]) {
    it(`finds nothing in ${JSON.stringify(header)}`, () => {
      assert.isUndefined(parse(header))
    })
  }

  it.prop("gives back whatever word stands after the scheme", [Token, Spaces], ([token, spaces]) => {
    assert.strictEqual(parse(`Bearer${spaces}${token}`), token)
    assert.strictEqual(parse(`Bearer${spaces}${token}  `), token)
  })

  it.prop("reads any text without failing, and gives nothing that is not one word of it", [Schema.String], ([text]) => {
    for (const header of [text, `Bearer ${text}`]) {
      const found = parse(header, Authorization.anyScheme)
      if (found === undefined) continue
      assert.include(header, found)
      assert.match(found, /^[\x21-\x7e]+$/)
    }
  })

  it("takes time in proportion to the header's length", () => {
    const header = `Bearer ${" ".repeat(200_000)}\u0000`
    const began = performance.now()
    assert.isUndefined(parse(header))
    assert.isBelow(performance.now() - began, 1_000)
  })
})

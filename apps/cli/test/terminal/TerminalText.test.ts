import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { brief, escape, escapeJson } from "../../src/terminal/TerminalText.ts"

// oxlint-disable-next-line no-control-regex
const raw = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

const dangerous = [
  "\u001b[31m",
  "\u001b]0;title\u0007",
  "\r",
  "\n",
  "\t",
  "\u0085",
  "\u009b2J",
  "\u202e",
  "\u2066",
  "\u2028",
  "\u200f"
]
const Hostile = Schema.Array(Schema.Union([Schema.Literals(dangerous), Schema.String]))

describe("TerminalText", () => {
  it("shows an escape sequence instead of carrying it out", () => {
    assert.strictEqual(escape("\u001b[31mred\u001b[0m"), "\\u001b[31mred\\u001b[0m")
  })

  it("keeps a field on its line", () => {
    assert.strictEqual(escape("one\ntwo\r\n\tthree"), "one\\ntwo\\r\\n\\tthree")
  })

  it("shows what turns the direction of writing", () => {
    assert.strictEqual(escape("a\u202eb\u2066c"), "a\\u202eb\\u2066c")
  })

  it("leaves other writing as it is", () => {
    const text = "Задания: 日本語, naïve, emoji 👩‍👩‍👧 and a \\ backslash"
    assert.strictEqual(escape(text), text)
  })

  it.prop("lets nothing raw through", [Hostile], ([parts]) => {
    assert.notMatch(escape(parts.join("")), raw)
  })

  it.prop("changes no value in JSON", [Hostile], ([parts]) => {
    const value = { [parts.join("-")]: parts }
    const written = escapeJson(JSON.stringify(value, undefined, 2))
    assert.deepStrictEqual(JSON.parse(written), value)
    assert.notMatch(written.replaceAll("\n", ""), raw)
  })

  it("cuts what is long, and only that", () => {
    assert.strictEqual(brief("abcdef", 6), "abcdef")
    assert.strictEqual(brief("abcdefg", 6), "abcde…")
    assert.strictEqual(brief("abcd👩👩", 6), "abcd…")
  })
})

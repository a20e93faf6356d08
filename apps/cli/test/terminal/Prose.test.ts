import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { cellWidth } from "../../src/terminal/CellWidth.ts"
import * as Prose from "../../src/terminal/Prose.ts"

const Width = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 150 }))

describe("Prose", () => {
  it("breaks lines at spaces, and never within a word", () => {
    assert.deepStrictEqual(Prose.wrap("one two three https://example.com/a/long/address four", 20), [
      "one two three",
      "https://example.com/a/long/address",
      "four"
    ])
  })

  it("keeps to a width that is read with ease, and breaks nothing where there is none", () => {
    const text = "word ".repeat(100).trim()
    assert.isAtMost(Math.max(...Prose.wrap(text, 200).map(({ length }) => length)), 100)
    assert.deepStrictEqual(Prose.wrap(text, Infinity), [text])
    assert.deepStrictEqual(Prose.wrap("", 40), [""])
  })

  it.prop("loses nothing but the spaces at which it breaks", [Schema.String, Width], ([text, width]) => {
    const lines = Prose.wrap(text, width)
    assert.strictEqual(lines.join("").replace(/\s/g, ""), text.replace(/\s/g, ""))
    for (const line of lines) {
      assert.isTrue(cellWidth(line) <= Math.max(20, width) || !/\S\s+\S/.test(line), JSON.stringify(line))
    }
  })
})

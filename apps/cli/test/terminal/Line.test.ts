import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { cellWidth, startOf } from "../../src/terminal/CellWidth.ts"
import * as Line from "../../src/terminal/Line.ts"
import * as Signs from "../../src/terminal/Signs.ts"
import { terminal } from "../Harness.ts"

const facts = terminal(80, 24)

describe("Line", () => {
  it.each([
    ["plain", 5],
    ["Привет", 6],
    ["日本語", 6],
    ["한글", 4],
    ["e\u0301", 1],
    ["👍", 2],
    ["🇷🇺", 4],
    ["", 0]
  ])("counts the cells of %j as %i", (text, cells) => {
    assert.strictEqual(cellWidth(text), cells)
  })

  it("cuts with an ellipsis, and never through a wide character", () => {
    assert.strictEqual(Line.cut("日本語", 6, "…"), "日本語")
    assert.strictEqual(Line.cut("日本語", 5, "…"), "日本…")
    assert.strictEqual(Line.cut("日本語", 4, "…"), "日…")
    assert.strictEqual(Line.cut("abc", 2, "..."), "..")
    assert.strictEqual(Line.cut("abc", 0, "…"), "")
  })

  it("ends without spaces, and keeps colours out of the count", () => {
    const line = [{ text: "ab", style: "red" as const }, { text: "  " }, { text: "cd " }, { text: "   " }]
    assert.strictEqual(Line.render(line, { ...facts, colors: true }), "\u001b[31mab\u001b[39m  cd")
    assert.strictEqual(Line.render(line, { ...facts, colors: true }, 5), "\u001b[31mab\u001b[39m  …")
    assert.strictEqual(Line.render(line, facts, 6), "ab  cd")
  })

  it("loses nothing of what ASCII cannot show", () => {
    assert.strictEqual(Signs.toAscii("Ц… é 👍"), "\\u0426... \\u00e9 \\ud83d\\udc4d")
  })

  it.prop(
    "is never wider than it may be",
    [Schema.Array(Schema.String), Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 })), Schema.Boolean],
    ([texts, cells, unicode]) => {
      const line = texts.map((text) => ({ text }))
      assert.isAtMost(cellWidth(Line.render(line, { ...facts, unicode }, cells)), cells)
      for (const text of texts) assert.isAtMost(cellWidth(startOf(text, cells)), cells)
    }
  )
})

import { assert, describe, it } from "@effect/vitest"
import type { Explanation } from "@opwatch/core/Explanation"
import { render } from "../../src/text/ExplanationText.ts"

const explanation = (id: string, rest: Partial<Explanation> = {}): Explanation => ({
  ref: `toloka/${id}`,
  state: "failed",
  summary: "It failed.",
  causes: [],
  created: [],
  next: [],
  supportIds: [id],
  ...rest
})
const cause = (items: ReadonlyArray<number>, count = items.length): Explanation["causes"][number] => ({
  code: "VALUE_REQUIRED",
  field: "image",
  message: "must be there",
  count,
  items
})
const lines = (...explanations: ReadonlyArray<Explanation>) => render(explanations).split("\n")

describe("explanations for people", () => {
  it("with the same causes are told together, each with its own summary", () => {
    const told = lines(
      explanation("a", { causes: [cause([0])] }),
      explanation("b", { summary: "It failed after 2m.", causes: [cause([1, 2])] }),
      explanation("c", { causes: [cause([5])] })
    )
    assert.deepStrictEqual(told, [
      "toloka/a, toloka/c",
      "  It failed.",
      "toloka/b",
      "  It failed after 2m.",
      "  because",
      "    VALUE_REQUIRED in image: must be there (4 items in 3 operations)",
      "  for the provider's support: a, b, c",
      ""
    ])
  })

  it("without causes are told together where all of it is the same", () => {
    const running = { state: "running", summary: "It is running." } as const
    assert.deepStrictEqual(
      lines(explanation("a", running), explanation("b", { ...running, summary: "It is running, 5 % done." })),
      ["toloka/a", "  It is running.", "", "toloka/b", "  It is running, 5 % done.", ""]
    )
  })

  it("name ten items of a cause, and say that there are more", () => {
    const items = Array.from({ length: 12 }, (_, index) => index)
    assert.include(
      lines(explanation("a", { causes: [cause(items)] }))[3],
      "(12 items: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …)"
    )
    assert.include(lines(explanation("a", { causes: [cause([7])] }))[3], "(1 item: 7)")
    assert.include(lines(explanation("a", { causes: [cause([], 3)] }))[3], "must be there (3 times)")
    assert.match(lines(explanation("a", { causes: [cause([], 1)] }))[3] ?? "", /must be there$/)
  })

  it("do not say twice what a cause is about", () => {
    const quota = { code: "QUOTA", field: "disks.count", message: "disks.count is exceeded", count: 1, items: [] }
    assert.strictEqual(lines(explanation("a", { causes: [quota] }))[3], "    QUOTA: disks.count is exceeded")
  })

  it("add up what was created, and give each piece of advice once, its command below it", () => {
    const look = { text: "Look at it." }
    const next = [{ text: "Wait.", command: "opwatch wait toloka/z" }, look]
    const others = [{ text: "Wait.", command: "opwatch wait toloka/y" }, look]
    const created = [{ type: "user_bonus", count: 1 }]
    const both = { causes: [cause([0])], next, created }
    assert.deepStrictEqual(lines(explanation("a", both), explanation("b", { ...both, next: others })).slice(4), [
      "  created",
      "    2 user bonuses",
      "  next",
      "    Wait.",
      "      opwatch wait toloka/z",
      "      opwatch wait toloka/y",
      "    Look at it.",
      "  for the provider's support: a, b",
      ""
    ])
  })

  it("of a success call its causes problems, and of one without them need no support", () => {
    const success = { state: "succeeded", summary: "It succeeded." } as const
    assert.include(lines(explanation("a", { ...success, causes: [cause([0])] })), "  problems")
    assert.deepStrictEqual(lines(explanation("a", success)), ["toloka/a", "  It succeeded.", ""])
  })

  it("let no control character of the provider's through", () => {
    const told = render([
      explanation("a", { summary: "It\u001b[31m failed.", next: [{ text: "a\nb", command: "c\u0007" }] })
    ])
    assert.include(told, "It\\u001b[31m failed.")
    assert.include(told, "    a\\nb\n      c\\u0007\n")
  })
})

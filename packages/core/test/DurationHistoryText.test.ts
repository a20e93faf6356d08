import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as DurationHistoryText from "../src/DurationHistoryText.ts"
import { drawn, exponential, historyOf, logNormal } from "./DrawnDurations.ts"

const Ends = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: -10, maximum: 1_000_000_000_000 })))

const again = (history: DurationHistory.DurationHistory) =>
  Option.getOrThrow(DurationHistoryText.decode(DurationHistoryText.encode(history)))

const assertNearly = (actual: DurationHistory.DurationHistory, expected: DurationHistory.DurationHistory) => {
  assert.strictEqual(actual.count, expected.count)
  for (const part of ["ended", "left"] as const) {
    assert.strictEqual(actual[part].perOctave, expected[part].perOctave)
    assert.deepStrictEqual(actual[part].at, expected[part].at)
    for (const [memory, within] of [
      ["long", 0.0001],
      ["short", 0.005]
    ] as const) {
      for (const [index, weight] of expected[part][memory].entries()) {
        assert.closeTo(actual[part][memory][index] ?? NaN, weight, Math.max(0.001, within * weight))
      }
    }
  }
}

describe("DurationHistoryText", () => {
  it.prop("is read as it was written", [Ends, Ends], ([ends, left]) => {
    const history = left.reduce(DurationHistory.withLeft, historyOf(ends))
    assertNearly(again(history), history)
  })

  it.each([
    ["nothing", DurationHistory.empty],
    ["2,000 alike", historyOf(drawn(logNormal(1e6, 0.05), 2_000, 1))],
    ["2,000 of all sizes", historyOf(Array.from({ length: 2_000 }, (_, index) => 1.014 ** index))],
    ["the same, backward", historyOf(Array.from({ length: 2_000 }, (_, index) => 1.014 ** (2_000 - index)))],
    ["never a number", historyOf([NaN, -1, Infinity, 0, -Infinity])],
    [
      "many merged, with many left",
      Array.from({ length: 30 }, (_, seed) =>
        drawn(exponential(1e5), 50, seed)
          .map((age) => age ** 1.6)
          .reduce(DurationHistory.withLeft, historyOf(drawn(logNormal(2 ** seed, 3), 200, seed)))
      ).reduce(DurationHistory.merge)
    ]
  ])("takes less than a kilobyte for %s", (_, history) => {
    const text = DurationHistoryText.encode(history)
    assert.isBelow(new TextEncoder().encode(text).length, 1_024)
    assertNearly(again(history), history)
  })

  it("still fades where it is written and read after each end", () => {
    let [kept, through] = [historyOf([1_000]), historyOf([1_000])]
    for (const end of drawn(logNormal(60_000, 0.3), 300, 5)) {
      kept = DurationHistory.withEnd(kept, end)
      through = again(DurationHistory.withEnd(through, end))
    }
    for (const memory of ["long", "short"] as const) {
      for (const [index, weight] of kept.ended[memory].entries()) {
        assert.closeTo(through.ended[memory][index] ?? NaN, weight, 0.02 + 0.15 * weight)
      }
    }
  })

  const text = (rest: object) =>
    JSON.stringify({
      version: 1,
      count: 1,
      ended: { perOctave: 64, bins: "" },
      left: { perOctave: 64, bins: "" },
      ...rest
    })

  it.each([
    ["no text", ""],
    ["another value", "null"],
    ["another version", text({ version: 2 })],
    ["less than no ends", text({ count: -1 })],
    ["another resolution", text({ ended: { perOctave: 63, bins: "" } })],
    ["half a bin", text({ ended: { perOctave: 64, bins: "A" } })],
    ["a digit that is none", text({ ended: { perOctave: 64, bins: "AAAA!A" } })],
    ["a bin beyond all", text({ ended: { perOctave: 64, bins: "__________AAAAAA" } })],
    ["too many bins", text({ ended: { perOctave: 64, bins: "ABBBBB".repeat(DurationHistory.limits.ended + 1) } })]
  ])("reads nothing from %s", (_, wrong) => {
    assert.isTrue(Option.isSome(DurationHistoryText.decode(text({}))))
    assert.isTrue(Option.isNone(DurationHistoryText.decode(wrong)))
  })
})

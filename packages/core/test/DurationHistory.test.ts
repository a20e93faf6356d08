import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import type { DurationBins } from "../src/DurationBins.ts"
import * as DurationHistory from "../src/DurationHistory.ts"
import { drawn, historyOf, logNormal } from "./DrawnDurations.ts"

const Millis = Schema.Int.check(Schema.isBetween({ minimum: -10, maximum: 1_000_000_000_000 }))
const Ends = Schema.Array(Millis)

const sum = (weights: ReadonlyArray<number>) => weights.reduce((a, b) => a + b, 0)

const assertClose = (a: DurationBins, b: DurationBins) => {
  assert.strictEqual(a.perOctave, b.perOctave)
  assert.deepStrictEqual(a.at, b.at)
  for (const memory of ["long", "short"] as const) {
    for (const [index, weight] of a[memory].entries()) assert.closeTo(b[memory][index] ?? NaN, weight, 1e-9)
  }
}

const assertSame = (a: DurationHistory.DurationHistory, b: DurationHistory.DurationHistory) => {
  assert.strictEqual(a.count, b.count)
  assertClose(a.ended, b.ended)
  assertClose(a.left, b.left)
}

describe("merge", () => {
  it.prop("is the same in either order", [Ends, Ends], ([a, b]) => {
    const [one, other] = [historyOf(a), DurationHistory.withLeft(historyOf(b), 5_000)]
    assertSame(DurationHistory.merge(one, other), DurationHistory.merge(other, one))
  })

  it.prop("is the same however three are put together", [Ends, Ends, Ends], ([a, b, c]) => {
    const [one, other, third] = [historyOf(a), historyOf(b), historyOf(c)]
    assertSame(
      DurationHistory.merge(DurationHistory.merge(one, other), third),
      DurationHistory.merge(one, DurationHistory.merge(other, third))
    )
  })

  it("is the same however three are put together, where bins have to be joined", () => {
    const [one, other, third] = [
      historyOf(drawn(logNormal(1_000, 0.5), 300, 1)),
      historyOf(drawn(logNormal(1e6, 2), 300, 2)),
      historyOf(drawn(logNormal(1e9, 1), 300, 3))
    ]
    assert.isBelow(DurationHistory.merge(one, other).ended.perOctave, one.ended.perOctave)
    assertSame(
      DurationHistory.merge(DurationHistory.merge(one, other), third),
      DurationHistory.merge(one, DurationHistory.merge(other, third))
    )
  })

  it("loses nothing", () => {
    const [one, other] = [historyOf([1_000, 2_000]), historyOf([2_000])]
    const merged = DurationHistory.merge(one, other)
    assert.strictEqual(merged.count, 3)
    assert.closeTo(sum(merged.ended.long), sum(one.ended.long) + sum(other.ended.long), 1e-12)
  })
})

describe("withEnd", () => {
  it("fades what came before, slowly in the long memory and soon in the short", () => {
    const { ended } = historyOf(
      Array.from({ length: 200 }, () => 1_000_000),
      historyOf([1_000])
    )
    assert.strictEqual(ended.at.length, 2)
    assert.closeTo(ended.long[0] ?? 0, (1 - 1 / 1_000) ** 200, 1e-9)
    assert.closeTo(ended.short[0] ?? 0, (1 - 1 / 40) ** 200, 1e-9)
  })

  it("never holds more than the memories do, and forgets what was long ago", () => {
    const history = historyOf(
      Array.from({ length: 5_000 }, () => 60_000),
      historyOf([1_000])
    )
    assert.strictEqual(history.count, 5_001)
    assert.strictEqual(history.ended.at.length, 1)
    assert.isAtMost(sum(history.ended.long), DurationHistory.memory.long)
    assert.isAtMost(sum(history.ended.short), DurationHistory.memory.short)
  })

  it("takes few bins however far the durations lie apart", () => {
    const { ended } = historyOf(Array.from({ length: 2_000 }, (_, index) => 1.02 ** index))
    assert.isAtMost(ended.at.length, DurationHistory.limits.ended)
  })
})

describe("withRunning", () => {
  it("counts for no more than the long memory holds, and in the short one in proportion", () => {
    const history = historyOf(Array.from({ length: 500 }, () => 60_000))
    const { left } = DurationHistory.withRunning(
      history,
      Array.from({ length: 5_000 }, (_, index) => index * 1_000)
    )
    assert.closeTo(sum(left.long), DurationHistory.memory.long, 1e-6)
    assert.closeTo(sum(left.short) / sum(left.long), sum(history.ended.short) / sum(history.ended.long), 1e-9)
  })
})

describe("hasGrown", () => {
  it.each([
    [1, 0, true],
    [0, 0, false],
    [10, 9, true],
    [104, 100, false],
    [110, 100, true],
    [5_019, 5_000, false],
    [5_020, 5_000, true]
  ])("with %d ends, of a plan made at %d, is %s", (count, since, expected) => {
    assert.strictEqual(DurationHistory.hasGrown({ ...DurationHistory.empty, count }, since), expected)
  })
})

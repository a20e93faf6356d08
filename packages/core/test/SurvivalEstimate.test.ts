import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as Survival from "../src/Survival.ts"
import * as SurvivalEstimate from "../src/SurvivalEstimate.ts"
import { drawn, exponential, historyOf, logNormal } from "./DrawnDurations.ts"

const Millis = Schema.Int.check(Schema.isBetween({ minimum: -10, maximum: 1_000_000_000_000 }))
const ages = Array.from({ length: 120 }, (_, index) => 1.3 ** index)

const leftAfter = (history: DurationHistory.DurationHistory) => {
  const survival = SurvivalEstimate.fromHistory(history)
  return (age: number) => Survival.at(survival, age)
}

describe("fromHistory", () => {
  it.prop(
    "never grows and is never nought, whatever was seen",
    [Schema.Array(Millis), Schema.Array(Millis)],
    ([ends, left]) => {
      const at = leftAfter(left.reduce(DurationHistory.withLeft, historyOf(ends)))
      let before = at(0)
      assert.closeTo(before, 1, 1e-9)
      for (const age of ages) {
        const after = at(age)
        assert.isAtMost(after, before + 1e-15)
        assert.isAbove(after, 0)
        before = after
      }
    }
  )

  it("comes close to the law that durations are drawn from", () => {
    const at = leftAfter(historyOf(drawn(exponential(60_000), 2_000, 3)))
    for (const age of [1_000, 10_000, 60_000, 200_000]) assert.closeTo(at(age), Math.exp(-age / 60_000), 0.04)
  })

  it("knows from those that go on that most last longer than those that ended", () => {
    const ended = historyOf(drawn(logNormal(10_000, 0.2), 20, 4))
    const running = DurationHistory.withRunning(
      ended,
      Array.from({ length: 180 }, () => 600_000)
    )
    assert.isBelow(leftAfter(ended)(300_000), 0.1)
    assert.closeTo(leftAfter(running)(300_000), 0.9, 0.05)
  })

  it("falls beyond the longest duration as of operations of which nothing is known", () => {
    const at = leftAfter(historyOf(drawn(logNormal(60_000, 0.1), 100, 5)))
    for (const age of [1e6, 1e7, 1e8]) assert.closeTo(at(2 * age) / at(age), 2 ** -Survival.ageHazard, 0.01)
  })

  it("believes the short memory after a change, and the long one where there was none", () => {
    const before = historyOf(drawn(logNormal(60_000, 0.1), 1_000, 6))
    const changed = leftAfter(historyOf(drawn(logNormal(180_000, 0.1), 100, 7), before))
    assert.isAbove(changed(120_000), 0.85)
    const wide = drawn(logNormal(60_000, 1), 1_000, 8)
    assert.closeTo(leftAfter(historyOf(wide))(60_000), 0.5, 0.05)
  })

  it("keeps two kinds of operations under one name apart", () => {
    const at = leftAfter(
      historyOf([...drawn(logNormal(10_000, 0.1), 60, 9), ...drawn(logNormal(1e6, 0.1), 60, 10)].toSorted(() => 0))
    )
    assert.isBelow(at(20_000) - at(500_000), 0.05)
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as LearnedPlan from "../src/LearnedPlan.ts"
import * as SurvivalEstimate from "../src/SurvivalEstimate.ts"
import { drawn, either, exponential, historyOf, logNormal } from "./DrawnDurations.ts"

const Millis = Schema.Int.check(Schema.isBetween({ minimum: -10, maximum: 1_000_000_000_000 }))
const Price = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))
const ages = [0, ...Array.from({ length: 150 }, (_, index) => 1.25 ** index)]

const planOf = (history: DurationHistory.DurationHistory, price = 1_000) =>
  LearnedPlan.make(SurvivalEstimate.fromHistory(history), price)

const assertSound = (plan: LearnedPlan.LearnedPlan) => {
  for (const age of ages) {
    const delay = plan(age)
    assert.isTrue(delay >= LearnedPlan.shortest && delay < Infinity, `${delay} at ${age}`)
  }
}

describe("make", () => {
  it.prop(
    "gives delays of 0.2 s or more, and finite ones, whatever was seen and whatever a poll costs",
    [Schema.Array(Millis), Schema.Array(Millis), Price],
    ([ends, left, price]) => assertSound(planOf(left.reduce(DurationHistory.withLeft, historyOf(ends)), price)),
    { arbitrary: { runs: 50 } }
  )

  it.each([
    ["one end", historyOf([60_000])],
    ["ends at once", historyOf(Array.from({ length: 500 }, () => 0))],
    ["ends after ages", historyOf(Array.from({ length: 500 }, () => 1e15))],
    ["ends that are no numbers", historyOf([NaN, Infinity, -Infinity])],
    ["nothing but operations that went on", [1, 1e3, 1e9].reduce(DurationHistory.withLeft, DurationHistory.empty)],
    ["all the same", historyOf(Array.from({ length: 2_000 }, () => 86_400_000))]
  ])("is sound for %s", (_, history) => assertSound(planOf(history)))

  it("is what only the age tells, long after the longest duration seen", () => {
    const plan = planOf(historyOf(drawn(logNormal(60_000, 0.3), 300, 1)))
    assert.closeTo(plan(1e8) / LearnedPlan.unknown(1_000, 1e8), 1, 1e-9)
    assert.closeTo(plan(400_000) / LearnedPlan.unknown(1_000, 400_000), 1, 0.25)
  })

  it("polls at an even pace where operations forget their age", () => {
    const plan = planOf(historyOf(drawn(exponential(600_000), 2_000, 2)))
    for (const age of [60_000, 300_000, 900_000]) assert.closeTo(plan(age) / Math.sqrt(2 * 1_000 * 600_000), 1, 0.35)
  })

  it("waits out the gap between two kinds", () => {
    const plan = planOf(historyOf(drawn(either(0.5, logNormal(10_000, 0.1), logNormal(3_600_000, 0.1)), 300, 3)))
    let polls = 0
    for (let age = 20_000; age < 2_000_000; polls++) age += plan(age)
    assert.isAtMost(polls, 10)
    assert.isBelow(plan(10_000), 3_000)
    assert.isBelow(plan(3_600_000), 60_000)
  })

  it.prop(
    "polls more rarely where a poll costs more",
    [Price, Price],
    ([a, b]) => {
      const survival = SurvivalEstimate.fromHistory(historyOf(drawn(exponential(600_000), 500, 4)))
      const pollsAt = (price: number) => {
        const plan = LearnedPlan.make(survival, price + 100)
        let polls = 0
        for (let age = 0; age < 1_200_000; polls++) age += plan(age)
        return polls
      }
      assert.isAtMost(pollsAt(Math.max(a, b)), pollsAt(Math.min(a, b)) + 1)
    },
    { arbitrary: { runs: 20 } }
  )
})

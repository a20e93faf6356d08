/** In short what the benchmark of poll plans does: what plans cost under known laws, against the best plan for the law. */
import { assert, describe, it } from "@effect/vitest"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as LearnedPlan from "../src/LearnedPlan.ts"
import * as Survival from "../src/Survival.ts"
import * as SurvivalEstimate from "../src/SurvivalEstimate.ts"
import { type Draw, drawn, either, exponential, historyOf } from "./DrawnDurations.ts"

const price = 1_000
const longest = 7 * 86_400_000

interface Law {
  readonly draw: Draw
  /** The part that lasts longer, before the cut at seven days. */
  readonly leftAt: (millis: number) => number
}

const logLogistic = (median: number, spread: number): Law => ({
  draw: (chance) => Math.min(longest, median * (1 / (1 - chance()) - 1) ** spread),
  leftAt: (millis) => 1 / (1 + (millis / median) ** (1 / spread))
})

const mixed = (part: number, one: Law, other: Law): Law => ({
  draw: either(part, one.draw, other.draw),
  leftAt: (millis) => part * one.leftAt(millis) + (1 - part) * other.leftAt(millis)
})

const laws: Record<string, Law> = {
  narrow: logLogistic(1_200_000, 0.03),
  steady: logLogistic(40_000, 0.15),
  wide: logLogistic(600_000, 0.8),
  exponential: { draw: exponential(300_000), leftAt: (millis) => Math.exp(-millis / 300_000) },
  "two kinds": mixed(0.6, logLogistic(15_000, 0.1), logLogistic(1_800_000, 0.15))
}

/** The mean moment of the poll that sees the end, and the price of the polls until then: the lateness, and a constant. */
const seenCost = ({ leftAt }: Law, plan: LearnedPlan.LearnedPlan): number => {
  let [cost, left] = [0, 1]
  for (let age = 0; age < longest && left > 1e-12;) {
    const delay = plan(age)
    cost += (price + delay) * left
    age += delay
    left = leftAt(age)
  }
  return cost
}

const meanOf = ({ leftAt }: Law): number => {
  let mean = 0
  for (let from = 0, step = 1; from < longest; from += step, step = Math.max(1, from / 2_000)) {
    mean += (step * (leftAt(from) + leftAt(Math.min(longest, from + step)))) / 2
  }
  return mean
}

const bestOf = ({ leftAt }: Law): LearnedPlan.LearnedPlan => {
  const count = Math.ceil(Survival.indexOf(longest))
  const values = Float64Array.from({ length: count }, (_, index) => Math.max(1e-14, leftAt(Survival.ageAt(index))))
  return LearnedPlan.make({ values }, price)
}

const costOf = (law: Law, plan: LearnedPlan.LearnedPlan) => seenCost(law, plan) - meanOf(law)

const ratioOf = (law: Law, history: DurationHistory.DurationHistory) =>
  costOf(law, LearnedPlan.make(SurvivalEstimate.fromHistory(history), price)) / costOf(law, bestOf(law))

describe("the cost of a plan", () => {
  it("is the least there is, by the closed form, where operations forget their age", () => {
    const mean = 300_000
    let least = Infinity
    for (let interval = 100; interval < mean; interval *= 1.001) {
      least = Math.min(least, (price + interval) / (1 - Math.exp(-interval / mean)) - mean)
    }
    const law = laws["exponential"] ?? logLogistic(1, 1)
    assert.closeTo(costOf(law, bestOf(law)) / least, 1, 0.01)
  })

  it.each(Object.entries(laws))("nears the best with what is known of a law: %s", (name, law) => {
    const mean = (count: number) => {
      const ratios = [1, 2, 3].map((seed) => ratioOf(law, historyOf(drawn(law.draw, count, seed))))
      return ratios.reduce((a, b) => a + b, 0) / ratios.length
    }
    if (name !== "narrow") assert.isBelow(ratioOf(law, DurationHistory.empty), 2.5)
    assert.isBelow(mean(50), 1.4)
    assert.isBelow(mean(200), 1.25)
  })

  it.each([3, 1 / 3])("comes back within 200 ends after durations become %d times as long", (times) => {
    const [before, after] = [logLogistic(600_000, 0.03), logLogistic(600_000 * times, 0.03)]
    const old = historyOf(drawn(before.draw, 1_000, 1))
    assert.isBelow(ratioOf(before, old), 1.12)
    assert.isAbove(ratioOf(after, old), 2)
    assert.isBelow(ratioOf(after, historyOf(drawn(after.draw, 200, 2), old)), 1.3)
  })
})

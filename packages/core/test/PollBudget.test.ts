import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as LearnedPlan from "../src/LearnedPlan.ts"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as PollBudget from "../src/PollBudget.ts"
import * as SurvivalEstimate from "../src/SurvivalEstimate.ts"
import { drawn, historyOf, logNormal, random } from "./DrawnDurations.ts"

const least = 1_000

const priceThatFits = (budget: PollBudget.Budget, wanted: (price: number) => number, before?: number) =>
  Effect.runSync(PollBudget.priceThatFits(budget, (price) => Effect.succeed(wanted(price)), before))

describe("priceThatFits", () => {
  it("is the least where there is room", () => {
    const budget = { requests: 50, leastPrice: least }
    assert.strictEqual(
      priceThatFits(budget, () => 50),
      least
    )
    assert.strictEqual(
      priceThatFits(budget, () => 0, 1e6),
      least
    )
  })

  it.each([
    [least, 1],
    [least, 100],
    [1e9, 3],
    [2_000, 10_000]
  ])("rises and falls from %d to where the polls fit, and no step above", (before, times) => {
    let tries = 0
    const wanted = (price: number) => {
      tries++
      return times * 50 * Math.sqrt(least / price)
    }
    const price = priceThatFits({ requests: 50, leastPrice: least }, wanted, before)
    assert.isAtMost(tries, 5)
    assert.isAtMost(wanted(price), 50 * (1 + 1e-9))
    assert.isTrue(price === least || wanted(price / 2 ** 0.25) > 50)
  })

  it("ends where no price would do", () => {
    assert.isBelow(
      priceThatFits({ requests: 0, leastPrice: least }, () => 1),
      Infinity
    )
  })

  it("leaves room for each of 100,000 operations within 50 requests a second, those about to end first", () => {
    const survivals = [
      SurvivalEstimate.fromHistory(historyOf(drawn(logNormal(1_800_000, 0.2), 200, 1))),
      SurvivalEstimate.fromHistory(historyOf(drawn(logNormal(36_000_000, 1), 200, 2))),
      SurvivalEstimate.fromHistory(DurationHistory.empty)
    ]
    const plansAt = (price: number) => survivals.map((survival) => LearnedPlan.make(survival, price))
    const chance = random(3)
    const operations = Array.from({ length: 100_000 }, (_, index) => ({
      kind: index % survivals.length,
      age: 1_000 * 86_400 ** chance()
    }))
    const wanted = (price: number) => {
      const plans = plansAt(price)
      return operations.reduce((sum, { age, kind }) => sum + PollBudget.rateOf(plans[kind]?.(age) ?? NaN), 0)
    }
    assert.isAbove(wanted(least), 500)
    const price = priceThatFits({ requests: 50, leastPrice: least }, wanted)
    assert.isAbove(price, least)

    const plans = plansAt(price)
    const hour = 3_600_000
    let [polls, longest] = [0, 0]
    for (const { age, kind } of operations) {
      const plan = plans[kind]
      if (plan === undefined) continue
      longest = Math.max(longest, plan(age))
      for (let at = age + chance() * plan(age); at < age + hour; at += plan(at)) polls++
    }
    assert.isAtMost(polls / 3_600, 60)
    assert.isBelow(longest, 24 * hour)
    const [steady] = plans
    assert.isBelow(steady?.(1_800_000) ?? NaN, (steady?.(60_000) ?? NaN) / 2)
  })
})

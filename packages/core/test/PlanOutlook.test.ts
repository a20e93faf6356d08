import { assert, describe, it } from "@effect/vitest"
import * as LearnedPlan from "../src/LearnedPlan.ts"
import * as PlanOutlook from "../src/PlanOutlook.ts"
import * as SurvivalEstimate from "../src/SurvivalEstimate.ts"
import * as DrawnDurations from "./DrawnDurations.ts"

const survival = SurvivalEstimate.fromHistory(
  DrawnDurations.historyOf(DrawnDurations.drawn(DrawnDurations.exponential(60_000), 2_000, 7))
)

describe("PlanOutlook", () => {
  it("of polls at a fixed interval: one for each that fits into the time, and half of it late", () => {
    const { lateness, polls } = PlanOutlook.of(survival, () => 2_000)
    assert.approximately(polls, 60 / 2 + 0.5, 2)
    assert.approximately(lateness, 1_000, 60)
  })

  it("of many polls in an age that they hardly change: as if each were counted", () => {
    const [many, few] = [50, 2_000].map((interval) => PlanOutlook.of(survival, () => interval))
    const mean = ((few?.polls ?? 0) - 0.5) * 2_000
    assert.approximately(many?.polls ?? 0, mean / 50 + 0.5, 1)
    assert.approximately(many?.lateness ?? 0, 25, 0.1)
  })

  it("of the learned plan: less than of any fixed interval, at its price", () => {
    const cost = (plan: LearnedPlan.LearnedPlan) => {
      const { lateness, polls } = PlanOutlook.of(survival, plan)
      return lateness + 1_000 * polls
    }
    const learned = cost(LearnedPlan.make(survival, 1_000))
    const fixed = [2_000, 5_000, 10_000, 11_000, 12_000, 20_000].map((interval) => cost(() => interval))
    assert.isBelow(learned, Math.min(...fixed))
    assert.approximately(learned, Math.min(...fixed), 1_500)
  })
})

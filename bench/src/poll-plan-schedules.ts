/** The plans that are compared, each as when it polls an operation that never ends. */
import * as DurationHistory from "@opwatch/core/DurationHistory"
import * as LearnedPlan from "@opwatch/core/LearnedPlan"
import * as SurvivalEstimate from "@opwatch/core/SurvivalEstimate"
import { schedule } from "./poll-plan-cost.ts"
import { type Law, random } from "./poll-plan-law.ts"

/**
 * What other tools do: the SDKs of both vendors, Azure's core-lro, Google's gax (0.1 s × 1.3 up to 60 s) and, as they are
 * specified, Smithy's waiters (at random from 2 s to twice as much each time, up to 120 s). A plan with chance in it has
 * several schedules.
 */
export const rivals = (seed: number): Record<string, ReadonlyArray<Float64Array>> => {
  const chance = random(seed)
  return {
    "fixed 1 s": [schedule(() => 1)],
    "fixed 2 s": [schedule(() => 2)],
    gax: [schedule((_, poll) => Math.min(60, 0.1 * 1.3 ** poll))],
    Smithy: Array.from({ length: 20 }, () => schedule((_, poll) => 2 + chance() * (Math.min(120, 2 * 2 ** poll) - 2)))
  }
}

/** With one more of the law's durations, and so on. */
export const learn = (history: DurationHistory.DurationHistory, law: Law, count: number, chance: () => number) => {
  let learned = history
  for (let more = 0; more < count; more++) learned = DurationHistory.withEnd(learned, 1_000 * law.sample(chance))
  return learned
}

/** Of opwatch with this history, at a price in seconds. */
export const learned = (history: DurationHistory.DurationHistory, price: number): Float64Array => {
  const plan = LearnedPlan.make(SurvivalEstimate.fromHistory(history), 1_000 * price)
  return schedule((age) => plan(1_000 * age) / 1_000)
}

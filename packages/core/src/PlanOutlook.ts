/** What a plan comes to for operations of a kind, before any of them has run. */
import type { LearnedPlan } from "./LearnedPlan.ts"
import * as Survival from "./Survival.ts"

export interface PlanOutlook {
  /** Of an operation, at the mean. */
  readonly polls: number
  /** From its end to the poll that sees it, in milliseconds, at the mean. */
  readonly lateness: number
}

/** Polled first at `plan(0)` after it was submitted. The last ten thousandth of the operations is left out. */
export const of = (survival: Survival.Survival, plan: LearnedPlan): PlanOutlook => {
  let [polls, lateness] = [0, 0]
  let [age, left] = [0, 1]
  while (left > 1e-4 && polls < mostPolls) {
    const delay = plan(age)
    polls += left
    const steps = Array.from({ length: parts }, (_, part) =>
      Survival.at(survival, age + (delay * (part + 0.5)) / parts)
    )
    lateness += delay * (left - steps.reduce((sum, alive) => sum + alive, 0) / parts)
    age += delay
    left = Survival.at(survival, age)
  }
  return { polls, lateness }
}

const parts = 8
const mostPolls = 1e6

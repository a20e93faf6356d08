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
    const count = Math.max(1, Math.floor((atOnce * age) / delay))
    const after = Survival.at(survival, age + count * delay)
    polls += (count * (left + after) + left - after) / 2
    lateness += count > 1 ? (delay * (left - after)) / 2 : delay * left - lasting(survival, age, delay)
    age += count * delay
    left = after
  }
  return { polls, lateness }
}

/** The time that operations go on for, at the mean, from this age through a delay. */
const lasting = (survival: Survival.Survival, age: number, delay: number): number => {
  let sum = 0
  for (let part = 0.5; part < parts; part++) sum += Survival.at(survival, age + (delay * part) / parts)
  return (delay * sum) / parts
}

const parts = 8
const mostPolls = 1e6

/** Polls within this part of the age have as good as the same delay and are counted together: outliers have many of them. */
const atOnce = 1 / 512

/** What a plan costs under a law: computed from the moments of its polls and the law's survival function, not sampled. */
import { type Law, longest } from "./poll-plan-law.ts"

export interface Cost {
  /** Mean lateness in seconds and the price of the polls, together. */
  readonly cost: number
  readonly polls: number
  readonly lateness: number
  readonly lateness95: number
}

/** The delay in seconds after a poll at this age. */
export type Delay = (age: number, poll: number) => number

/** When an operation that never ends is polled, from its birth to the cut of all laws. */
export const schedule = (delay: Delay): Float64Array => {
  let ages = new Float64Array(256)
  let count = 0
  for (let age = 0; age < longest; count++) {
    age += delay(age, count)
    if (count === ages.length) {
      const longer = new Float64Array(ages.length * 2)
      longer.set(ages)
      ages = longer
    }
    ages[count] = age
  }
  return ages.subarray(0, count)
}

/** The lateness of an end is the age at the poll that sees it less its own: in the mean, the difference of two means. */
export const costOf = ({ quantiles, restricted, survival }: Law, ages: Float64Array, price: number): Cost => {
  let [polls, seen, before, alive] = [0, 0, 0, 1]
  for (const age of ages) {
    polls += alive
    seen += (age - before) * alive
    alive = survival(age)
    before = age
    if (alive < 1e-12) break
  }
  const lateness = seen - restricted(longest)
  let poll = 0
  const late = quantiles.map((end) => {
    while ((ages[poll] ?? Infinity) < end) poll++
    return (ages[poll] ?? Infinity) - end
  })
  return { cost: lateness + price * polls, polls, lateness, lateness95: late.toSorted()[late.length * 0.95] ?? NaN }
}

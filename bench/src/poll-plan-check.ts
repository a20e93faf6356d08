/** Whether the benchmark computes what it says: the optimum by a closed form and by a finer grid, the cost of a plan by trial. */
import { costOf } from "./poll-plan-cost.ts"
import { law, type Law, random, weibull } from "./poll-plan-law.ts"
import { optimum } from "./poll-plan-optimum.ts"

/** The largest relative differences. */
export interface Differences {
  /** Of the optimum from the closed form for operations that forget their age. */
  readonly closedForm: number
  /** Of the optimum from that of a grid three times as fine. */
  readonly finerGrid: number
  /** Of a cost from the mean over 200,000 operations drawn, each with its own polls counted. */
  readonly trial: number
}

export const check = (laws: ReadonlyArray<Law>, schedule: Float64Array, price: number, seed: number): Differences => ({
  closedForm: Math.max(...[5, 60, 3_600].map((median) => fromClosedForm(median, price))),
  finerGrid: Math.max(...laws.map((law) => apart(best(law, price, 24), best(law, price, 72)))),
  trial: Math.max(...laws.map((law) => apart(tried(law, schedule, price, seed), costOf(law, schedule, price).cost)))
})

const best = (law: Law, price: number, fineness: number) => costOf(law, optimum(law, price, fineness), price).cost

/** At an even interval the price and the interval are paid as often as polls are needed; the mean duration is no lateness. */
const fromClosedForm = (median: number, price: number): number => {
  const mean = median / Math.LN2
  let least = Infinity
  for (let interval = price / 100; interval < 10 * (mean + price); interval *= 1.0005) {
    least = Math.min(least, (price + interval) / (1 - Math.exp(-interval / mean)) - mean)
  }
  return apart(best(law("forgets its age", weibull(median, 1)), price, 24), least)
}

const tried = ({ sample }: Law, schedule: Float64Array, price: number, seed: number): number => {
  const chance = random(seed)
  const tries = 200_000
  let cost = 0
  for (let one = 0; one < tries; one++) {
    const end = sample(chance)
    let [low, high] = [0, schedule.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((schedule[middle] ?? 0) < end) low = middle + 1
      else high = middle
    }
    cost += (schedule[low] ?? NaN) - end + price * (low + 1)
  }
  return cost / tries
}

const apart = (a: number, b: number) => Math.abs(a / b - 1)

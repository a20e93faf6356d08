/**
 * What plans of polls cost, in virtual time: mean lateness and the price of the polls, under laws of duration that no plan
 * knows, beside the best schedule for the law. Exact for each schedule; histories are drawn from the law, several for each size.
 *
 *     npm run bench -- poll-plan [--seeds N] [--seed N] [--laws judged|tuning] [--price SECONDS] [--json FILE] [--plots]
 */
import { writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import * as DurationHistory from "@opwatch/core/DurationHistory"
import { check } from "./poll-plan-check.ts"
import { type Cost, costOf } from "./poll-plan-cost.ts"
import { type Law, random } from "./poll-plan-law.ts"
import { type Drift, drifts, laws } from "./poll-plan-laws.ts"
import { optimum } from "./poll-plan-optimum.ts"
import { drawn } from "./poll-plan-plots.ts"
import { best, type Example, type Judged, nameOf, type Recovered, type Results, sizes } from "./poll-plan-results.ts"
import { learn, learned, rivals } from "./poll-plan-schedules.ts"
import { tell, tellTargets } from "./poll-plan-tables.ts"
import { tuningLaws } from "./poll-plan-tuning.ts"

interface Run {
  readonly price: number
  readonly seeds: number
  readonly seed: number
}

export const run = async (): Promise<void> => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      seeds: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      laws: { type: "string", default: "judged" },
      price: { type: "string", default: "1" },
      json: { type: "string" },
      plots: { type: "boolean", default: false }
    }
  })
  const one = { price: Number(values.price), seeds: Number(values.seeds), seed: Number(values.seed) }
  const others = rivals(one.seed)
  const judges = values.laws === "tuning" ? tuningLaws : laws
  const results: Results = {
    ...one,
    differences: check(judges, learned(DurationHistory.empty, one.price), one.price, one.seed),
    judged: judges.map((law) => judge(law, others, one)),
    recovered: values.laws === "tuning" ? [] : drifts.map((drift) => recover(drift, one)),
    examples: laws.filter(({ name }) => name === "two, 1 min and 8 h").map((law) => exampleOf(law, one))
  }
  tell(results)
  if (one.price === 1 && !tellTargets(results)) process.exitCode = 1
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(results, undefined, 2))
  if (values.plots) {
    for (const [name, picture] of Object.entries(drawn(results))) {
      await writeFile(new URL(`../../docs/images/poll-plan-${name}.svg`, import.meta.url), picture)
    }
  }
}

const judge = (law: Law, others: ReturnType<typeof rivals>, { price, seed, seeds }: Run): Judged => {
  const mean = (schedules: ReadonlyArray<Float64Array>) => average(schedules.map((ages) => costOf(law, ages, price)))
  const bySize = new Map<number, Array<Float64Array>>(sizes.map((size) => [size, []]))
  for (let round = 0; round < seeds; round++) {
    const chance = random(seed * 1_000 + round)
    let history = DurationHistory.empty
    for (const [size, schedules] of bySize) {
      history = learn(history, law, size - history.count, chance)
      schedules.push(learned(history, price))
    }
  }
  const plans = {
    ...Object.fromEntries(Object.entries(others).map(([name, schedules]) => [name, mean(schedules)])),
    [nameOf(0)]: mean([learned(DurationHistory.empty, price)]),
    ...Object.fromEntries([...bySize].map(([size, schedules]) => [nameOf(size), mean(schedules)])),
    [best]: mean([optimum(law, price)])
  }
  return { law: law.name, narrowest: law.narrowest, plans }
}

/** After 2,000 ends under the one law come those under the other. */
const recover = ({ after, before, name }: Drift, { price, seed, seeds }: Run): Recovered => {
  const least = costOf(after, optimum(after, price), price).cost
  const ends = [0, 20, 50, 100, 200]
  const ratios = Array.from({ length: seeds }, (_, round) => {
    const chance = random(seed * 1_000 + round)
    let history = learn(DurationHistory.empty, before, 2_000, chance)
    return ends.map((count) => {
      history = learn(history, after, 2_000 + count - history.count, chance)
      return costOf(after, learned(history, price), price).cost / least
    })
  })
  return {
    drift: name,
    after: ends.map((count, index) => {
      const all = ratios.map((ratio) => ratio[index] ?? NaN)
      return { ends: count, mean: all.reduce((a, b) => a + b, 0) / all.length, worst: Math.max(...all) }
    })
  }
}

/** The polls of one that never ends, without history and with one of 200. */
const exampleOf = (law: Law, { price, seed }: Run): Example => ({
  law: law.name,
  polls: {
    [nameOf(0)]: [...learned(DurationHistory.empty, price)],
    [nameOf(200)]: [...learned(learn(DurationHistory.empty, law, 200, random(seed)), price)],
    [best]: [...optimum(law, price)]
  }
})

const average = (costs: ReadonlyArray<Cost>) => {
  const mean = (of: (cost: Cost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length
  return {
    cost: mean(({ cost }) => cost),
    polls: mean(({ polls }) => polls),
    lateness: mean(({ lateness }) => lateness),
    lateness95: mean(({ lateness95 }) => lateness95),
    worst: Math.max(...costs.map(({ cost }) => cost))
  }
}

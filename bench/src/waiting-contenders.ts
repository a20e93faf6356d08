/** Who is compared: how each waits in real time, and what that costs in virtual time. */
import * as DurationHistory from "@opwatch/core/DurationHistory"
import { costOf, schedule } from "./poll-plan-cost.ts"
import { type Law, random } from "./poll-plan-law.ts"
import { nameOf } from "./poll-plan-results.ts"
import { learned } from "./poll-plan-schedules.ts"
import type { Task } from "./waiting-process.ts"

export interface Contender extends Pick<Task, "learns" | "past" | "waiter"> {
  readonly name: string
  /** Its mean cost under the law, computed; of one that learns meanwhile there is none. */
  readonly virtual?: () => number
}

export interface Terms {
  readonly law: Law
  readonly price: number
  readonly seed: number
  /** What those with a history have seen, in seconds. */
  readonly past: ReadonlyArray<number>
}

export const contenders = ({ law, past, price, seed }: Terms): ReadonlyArray<Contender> => {
  const history = past.reduce((seen, seconds) => DurationHistory.withEnd(seen, 1_000 * seconds), DurationHistory.empty)
  const cost = (ages: Float64Array) => costOf(law, atOnce(ages), price).cost
  const smithy = () => {
    const chance = random(seed)
    let sum = 0
    for (let draw = 0; draw < draws; draw++) sum += cost(schedule((_, poll) => smithyDelay(poll, chance)))
    return sum / draws
  }
  const others = { past: [], learns: false }
  const ours = { waiter: "opwatch", past: [], learns: false } as const
  return [
    { ...others, name: "fixed 1 s", waiter: "fixed", virtual: () => cost(schedule(() => 1)) },
    { ...others, name: "core-lro", waiter: "core-lro", virtual: () => cost(schedule(() => 2)) },
    { ...others, name: "Smithy", waiter: "smithy", virtual: smithy },
    { ...ours, name: nameOf(0), virtual: () => cost(learned(DurationHistory.empty, price)) },
    { ...ours, name: "learning", learns: true },
    { ...ours, name: nameOf(past.length), past, virtual: () => cost(learned(history, price)) }
  ]
}

/** How many schedules stand for one with chance in it. */
const draws = 5_000

/** As the package does it: from 2 s to twice as much each time, and 120 s from the seventh delay on, where twice is more. */
const smithyDelay = (poll: number, chance: () => number): number =>
  poll < 6 ? 2 + chance() * (2 * 2 ** poll - 2) : 120

/** All of them ask at once, before any delay. */
const atOnce = (ages: Float64Array): Float64Array => {
  const all = new Float64Array(ages.length + 1)
  all.set(ages, 1)
  return all
}

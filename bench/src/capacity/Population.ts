/** Operations as they stand when all has long been going on: each at a chance age, polled so far as its plan says. */
import { idOf, source } from "../tracker-world.ts"
import * as Partition from "@opwatch/tracker/Partition"
import { longest } from "../poll-plan-law.ts"
import { schedule } from "../poll-plan-cost.ts"
import type { Group } from "./Workload.ts"

/** In milliseconds since it began. */
export interface Life {
  readonly ends: number
  readonly age: number
  /** Of its latest poll, and of the next. */
  readonly seenAt: number
  readonly nextAt: number
}

export interface Population {
  /** How many are polled at a moment: those that have ended too, until a poll sees it. */
  readonly count: number
  readonly draw: () => Life
}

/** `delay` is of an age, both in milliseconds. */
export const make = (
  { law, part }: Group,
  operations: number,
  delay: (age: number) => number,
  chance: () => number
): Population => {
  const ages = schedule((age) => delay(1_000 * age) / 1_000).map((age) => 1_000 * age)
  const ends = law.quantiles.map((end) => 1_000 * end)
  const polled = ends.map((end) => ages[indexAfter(ages, end)] ?? end)
  const sums = new Float64Array(polled.length)
  let sum = 0
  for (const [index, life] of polled.entries()) sums[index] = sum += life

  return {
    count: Math.round((operations * part * sum) / ends.length / (1_000 * law.restricted(longest))),
    draw: () => {
      const index = indexAfter(sums, chance() * sum)
      const age = chance() * (polled[index] ?? 0)
      const next = indexAfter(ages, age)
      const seenAt = ages[next - 1] ?? 0
      return { ends: ends[index] ?? 0, age, seenAt, nextAt: ages[next] ?? Infinity }
    }
  }
}

/** Of the n-th operation. */
export const partitionOf = (index: number): number => Partition.of({ source, id: idOf(index) })

/** The first that is greater, of what ascends. */
const indexAfter = (values: Float64Array, value: number): number => {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] ?? Infinity) > value) high = middle
    else low = middle + 1
  }
  return low
}

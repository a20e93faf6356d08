/** Durations drawn from laws, the same for the same seed, and histories of them. In milliseconds. */
import * as DurationHistory from "../src/DurationHistory.ts"

export type Draw = (chance: () => number) => number

/** Mulberry32. */
export const random = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const logNormal =
  (median: number, deviation: number): Draw =>
  (chance) => {
    const radius = Math.sqrt(-2 * Math.log(1 - chance()))
    return median * Math.exp(deviation * radius * Math.cos(2 * Math.PI * chance()))
  }

export const exponential =
  (mean: number): Draw =>
  (chance) =>
    -mean * Math.log(1 - chance())

export const either =
  (part: number, one: Draw, other: Draw): Draw =>
  (chance) =>
    (chance() < part ? one : other)(chance)

export const drawn = (draw: Draw, count: number, seed: number): ReadonlyArray<number> => {
  const chance = random(seed)
  return Array.from({ length: count }, () => draw(chance))
}

export const historyOf = (
  ends: ReadonlyArray<number>,
  before: DurationHistory.DurationHistory = DurationHistory.empty
): DurationHistory.DurationHistory => ends.reduce(DurationHistory.withEnd, before)

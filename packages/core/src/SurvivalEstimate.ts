/**
 * The survival curve that a history tells of: its ends by Kaplan and Meier's estimate, each smoothed over as far as the
 * square root of all ends lies around it, beside half an end of which nothing is known and one with a long tail. Where the
 * short memory tells of its own ends better than the long one does, it is believed instead.
 */
import type { DurationBins } from "./DurationBins.ts"
import type { DurationHistory } from "./DurationHistory.ts"
import * as Survival from "./Survival.ts"

export const fromHistory = (history: DurationHistory): Survival.Survival => {
  const { ended, left } = history
  if (ended.at.length === 0) return { values: new Float64Array(0) }
  const [long, short] = [smoothed(history, "long"), smoothed(history, "short")]
  const trust = trustIn(short, long)
  const known = trust * short.total + (1 - trust) * long.total
  const kernels = [...weighed(long.kernels, 1 - trust), ...weighed(short.kernels, trust)].toSorted(
    (a, b) => a.middle - b.middle
  )
  const onward = trust * short.onward + (1 - trust) * long.onward
  const end = Math.max(...middlesOf(ended).slice(-1), ...middlesOf(left).slice(-1))

  const unknown = 0.5 / (0.5 + known)
  const tail = 1 / (2 + known)
  const octaves = Math.max(end, Survival.firstOctave) + beyondEnd - Survival.firstOctave
  const values = new Float64Array(Math.ceil(octaves * Survival.perOctave) + 1)
  let [passed, ahead, behind, before] = [0, 1 - onward, 0, 1]
  for (let index = 0; index < values.length; index++) {
    const octave = Survival.firstOctave + index / Survival.perOctave
    for (let next = kernels[passed]; next !== undefined && next.middle <= octave; next = kernels[++passed]) {
      ahead -= next.mass
      behind += next.mass * 2 ** (Survival.ageHazard * next.middle)
    }
    const still = onward * fall(octave - end)
    const slow = Math.max(0, ahead) + behind * 2 ** (-Survival.ageHazard * octave) + still
    const smooth = (1 - tail) * (leftOf(kernels, octave) + still) + tail * slow
    const value = unknown * Survival.unknown(Survival.ageAt(index)) + (1 - unknown) * smooth
    values[index] = before = Math.min(before, value)
  }
  return { values }
}

/** Octaves of the table after the longest duration: then only the age tells. */
const beyondEnd = 2

/** Durations about `middle`, in octaves above a millisecond: a logistic law. */
interface Kernel {
  readonly middle: number
  readonly width: number
  readonly mass: number
}

interface Smoothed {
  readonly kernels: ReadonlyArray<Kernel>
  /** The ends seen, by their weights. */
  readonly weights: ReadonlyArray<number>
  readonly total: number
  /** The part that lasts longer than anything seen. */
  readonly onward: number
}

const smoothed = ({ ended, left }: DurationHistory, memory: "long" | "short"): Smoothed => {
  const step = 1 / ended.perOctave
  const weights = ended[memory]
  const total = sum(weights)
  const middles = middlesOf(ended)
  const leaving = middlesOf(left)
  let [alive, atRisk, gone] = [1, total + sum(left[memory]), 0]
  const kernels = middles.map((middle, index): Kernel => {
    for (; (leaving[gone] ?? Infinity) < middle; gone++) {
      atRisk -= left[memory][gone] ?? 0
    }
    const weight = weights[index] ?? 0
    const mass = weight > 0 ? (alive * weight) / Math.max(weight, atRisk) : 0
    alive = Math.max(0, alive - mass)
    atRisk -= weight
    const reach = reachOf(index, middles, weights, Math.max(2.5, Math.sqrt(total)), step)
    return { middle, mass, width: Math.max(0.6 * reach, 0.3 * step) }
  })
  return { kernels, weights, total, onward: alive }
}

/** The middle of each bin, in octaves above a millisecond. */
const middlesOf = ({ at, perOctave }: DurationBins) => at.map((bin) => (bin + 0.5) / perOctave)

/** How far around a bin so much weight lies, in octaves, where each bin has its weight spread over its width. */
const reachOf = (
  index: number,
  middles: ReadonlyArray<number>,
  weights: ReadonlyArray<number>,
  wanted: number,
  step: number
): number => {
  const middle = middles[index] ?? 0
  let [weight, reach, below, above] = [0, 0, index, index + 1]
  for (;;) {
    const down = middle - (middles[below] ?? -Infinity)
    const up = (middles[above] ?? Infinity) - middle
    if (down === Infinity && up === Infinity) return Math.max(1, reach)
    const more = (down <= up ? weights[below--] : weights[above++]) ?? 0
    const to = Math.min(down, up) + step / 2
    if (weight + more >= wanted) return reach + ((to - reach) * (wanted - weight)) / more
    weight += more
    reach = to
  }
}

const weighed = (kernels: ReadonlyArray<Kernel>, part: number): ReadonlyArray<Kernel> =>
  part < 0.005 ? [] : kernels.flatMap((kernel) => (kernel.mass > 0 ? [{ ...kernel, mass: part * kernel.mass }] : []))

const leftOf = (kernels: ReadonlyArray<Kernel>, octave: number): number => {
  let part = 0
  for (const { mass, middle, width } of kernels) {
    const distance = (octave - middle) / width
    if (distance < 30) part += distance < -30 ? mass : mass / (1 + Math.exp(distance))
  }
  return part
}

const fall = (octaves: number) => (octaves > 0 ? 2 ** (-Survival.ageHazard * octaves) : 1)

/** The odds of the short memory's ends by the one, each without its own part, against those by the other; a little for the long. */
const trustIn = (short: Smoothed, long: Smoothed): number => {
  let evidence = -1
  for (const [index, weight] of short.weights.entries()) {
    if (weight > 0.001)
      evidence += weight * Math.log(densityWithout(short, index, weight) / densityWithout(long, index, weight))
  }
  return 1 / (1 + Math.exp(-evidence))
}

/** Of ends, at one of the bins. */
const densityWithout = ({ kernels, onward, total }: Smoothed, index: number, weight: number): number => {
  const own = kernels[index]
  if (own === undefined) return 0
  let density = (-Math.min(1, weight) / total) * (0.25 / own.width)
  for (const { mass, middle, width } of kernels) {
    const distance = Math.abs(own.middle - middle) / width
    if (distance > 30) continue
    const left = Math.exp(-distance)
    density += ((mass / (1 - onward)) * left) / ((1 + left) ** 2 * width)
  }
  return 0.003 + Math.max(0, density)
}

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => a + b, 0)

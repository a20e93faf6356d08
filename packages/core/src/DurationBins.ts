/**
 * Weights of durations in log-spaced bins, each weight in two memories: a long one and a short one. Where more bins than
 * a limit would be taken, neighbours are joined two by two everywhere, so that the order of additions does not matter.
 */
export interface DurationBins {
  /** Bins to an octave: a power of two, lower once bins were joined. */
  readonly perOctave: number
  /** The bins that are taken, ascending: bin `at` begins at a duration of `2^(at / perOctave)` milliseconds. */
  readonly at: ReadonlyArray<number>
  readonly long: ReadonlyArray<number>
  readonly short: ReadonlyArray<number>
}

export const finest = 64
export const coarsest = 1 / 4

/** No duration counts for less than a millisecond, nor for more than 34 years. */
export const octaves = 40

export const empty: DurationBins = { perOctave: finest, at: [], long: [], short: [] }

/** A duration and its weight in both memories; what is not a number counts for the shortest. */
export const of = (millis: number, long = 1, short = 1): DurationBins => {
  const octave = millis > 1 ? Math.min(octaves, Math.log2(millis)) : 0
  return { perOctave: finest, at: [Math.floor(octave * finest)], long: [long], short: [short] }
}

/** The sum of both, in at most so many bins. */
export const merge = (a: DurationBins, b: DurationBins, limit: number): DurationBins => {
  const perOctave = Math.min(a.perOctave, b.perOctave)
  let sum = added(coarser(a, perOctave), coarser(b, perOctave))
  while (sum.at.length > limit && sum.perOctave > coarsest) sum = coarser(sum, sum.perOctave / 2)
  return sum
}

/** Less of each, without what has become too little to matter. */
export const faded = (bins: DurationBins, long: number, short: number): DurationBins => {
  const kept = growing(bins.perOctave)
  for (const [index, at] of bins.at.entries()) {
    const weight = (bins.long[index] ?? 0) * long
    if (weight >= negligible) push(kept, at, weight, (bins.short[index] ?? 0) * short)
  }
  return kept
}

const negligible = 0.02

const coarser = (bins: DurationBins, perOctave: number): DurationBins => {
  if (bins.perOctave === perOctave) return bins
  const joined = growing(perOctave)
  for (const [index, at] of bins.at.entries()) {
    const to = Math.floor((at * perOctave) / bins.perOctave)
    if (joined.at.at(-1) !== to) push(joined, to, 0, 0)
    const last = joined.at.length - 1
    joined.long[last] = (joined.long[last] ?? 0) + (bins.long[index] ?? 0)
    joined.short[last] = (joined.short[last] ?? 0) + (bins.short[index] ?? 0)
  }
  return joined
}

const added = (a: DurationBins, b: DurationBins): DurationBins => {
  const sum = growing(a.perOctave)
  let [i, j] = [0, 0]
  while (i < a.at.length || j < b.at.length) {
    const at = Math.min(a.at[i] ?? Infinity, b.at[j] ?? Infinity)
    const [isA, isB] = [a.at[i] === at, b.at[j] === at]
    const long = (isA ? (a.long[i] ?? 0) : 0) + (isB ? (b.long[j] ?? 0) : 0)
    const short = (isA ? (a.short[i] ?? 0) : 0) + (isB ? (b.short[j] ?? 0) : 0)
    push(sum, at, long, short)
    i += isA ? 1 : 0
    j += isB ? 1 : 0
  }
  return sum
}

interface Growing {
  readonly perOctave: number
  readonly at: Array<number>
  readonly long: Array<number>
  readonly short: Array<number>
}

const growing = (perOctave: number): Growing => ({ perOctave, at: [], long: [], short: [] })

const push = (bins: Growing, at: number, long: number, short: number) => {
  bins.at.push(at)
  bins.long.push(long)
  bins.short.push(short)
}

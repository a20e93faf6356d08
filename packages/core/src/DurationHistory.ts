/**
 * How long the operations of one kind took: a small value to keep, to merge and to learn plans from. Each end fades what was
 * seen before it, in a long memory by a thousandth and in a short one by a fortieth, so that the history follows change.
 */
import * as DurationBins from "./DurationBins.ts"

export interface DurationHistory {
  /** Ends ever seen, faded or not. */
  readonly count: number
  readonly ended: DurationBins.DurationBins
  /** Ages up to which an operation is known to have gone on, and no further. */
  readonly left: DurationBins.DurationBins
}

/** How many of the last ends each memory is worth. */
export const memory = { long: 1_000, short: 40 }

/** With these a history as text stays under 1 KB. */
export const limits = { ended: 120, left: 16 }

export const empty: DurationHistory = { count: 0, ended: DurationBins.empty, left: DurationBins.empty }

/** With one more end, after so many milliseconds. */
export const withEnd = ({ count, ended, left }: DurationHistory, millis: number): DurationHistory => ({
  count: count + 1,
  ended: DurationBins.merge(faded(ended), DurationBins.of(millis), limits.ended),
  left: faded(left)
})

/** With one that went on at this age, and whose end nobody will see. */
export const withLeft = (history: DurationHistory, millis: number): DurationHistory => ({
  ...history,
  left: DurationBins.merge(history.left, DurationBins.of(millis), limits.left)
})

/**
 * With those that go on now, at these ages: to make a plan from, and not to keep. They count for no more than the long memory
 * holds, for the ends that many of them had beside them are faded; and in the short one in proportion.
 */
export const withRunning = (history: DurationHistory, ages: ReadonlyArray<number>): DurationHistory => {
  const long = Math.min(1, memory.long / ages.length)
  const short = long * (sum(history.ended.short) / Math.max(1e-9, sum(history.ended.long)))
  const counts = new Map<number, number>()
  for (const age of ages) {
    const quarterOctave = Math.round(4 * Math.log2(Math.max(1, age)))
    counts.set(quarterOctave, (counts.get(quarterOctave) ?? 0) + 1)
  }
  let left = history.left
  for (const [quarterOctave, count] of counts) {
    const same = DurationBins.of(2 ** (quarterOctave / 4), count * long, count * short)
    left = DurationBins.merge(left, same, limits.left)
  }
  return { ...history, left }
}

/** What both have seen, in either order. */
export const merge = (a: DurationHistory, b: DurationHistory): DurationHistory => ({
  count: a.count + b.count,
  ended: DurationBins.merge(a.ended, b.ended, limits.ended),
  left: DurationBins.merge(a.left, b.left, limits.left)
})

/** Whether so much ended since a plan was made at `count` ends that a new one is worth its time: a tenth more, or twenty. */
export const hasGrown = (history: DurationHistory, count: number): boolean =>
  history.count - count >= Math.min(20, Math.max(1, count / 10))

const faded = (bins: DurationBins.DurationBins) => DurationBins.faded(bins, 1 - 1 / memory.long, 1 - 1 / memory.short)

const sum = (weights: ReadonlyArray<number>) => weights.reduce((a, b) => a + b, 0)

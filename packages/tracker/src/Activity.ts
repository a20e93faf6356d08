/** How many polls began here of late, and how late they did. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Monotonic from "./Monotonic.ts"

export interface Activity {
  /** A poll begins, so many milliseconds after it was due. */
  readonly began: (lateness: number) => void
  /**
   * Of the last half minute, or since the start. One poll in twenty began later than `latenessMillis`, which is up to a tenth
   * too high.
   */
  readonly recent: () => { readonly pollsPerSecond: number; readonly latenessMillis: number }
}

/** Of one stretch of time; by bin of lateness, how many. */
interface Stretch {
  readonly number: number
  readonly counts: Map<number, number>
}

const stretchMillis = 5_000
const stretches = 6
const binsPerOctave = 8
const quantile = 0.95

export const make: Effect.Effect<Activity> = Effect.map(Clock.Clock, (clock) => {
  const start = Monotonic.millis(clock)
  let kept: ReadonlyArray<Stretch> = []

  /** The one of this moment comes last, after those that are whole. */
  const current = (now: number): Stretch => {
    const number = Math.floor((now - start) / stretchMillis)
    const last = kept.at(-1)
    if (last?.number === number) return last
    const next = { number, counts: new Map<number, number>() }
    kept = [...kept.filter((stretch) => stretch.number >= number - stretches), next]
    return next
  }

  return {
    began: (lateness) => {
      const { counts } = current(Monotonic.millis(clock))
      const bin = binOf(lateness)
      counts.set(bin, (counts.get(bin) ?? 0) + 1)
    },
    recent: () => {
      const now = Monotonic.millis(clock)
      const { number } = current(now)
      const millis = now - start - Math.max(0, number - stretches) * stretchMillis
      const bins = kept.flatMap(({ counts }) => [...counts]).toSorted(([a], [b]) => a - b)
      const total = bins.reduce((sum, [, count]) => sum + count, 0)
      return {
        pollsPerSecond: millis === 0 ? 0 : Math.round((100_000 * total) / millis) / 100,
        latenessMillis: latenessOf(bins, quantile * total)
      }
    }
  }
})

/** That which so many of these polls, by bin, do not exceed. */
const latenessOf = (bins: ReadonlyArray<readonly [bin: number, count: number]>, many: number): number => {
  let counted = 0
  for (const [bin, count] of bins) {
    counted += count
    if (counted >= many) return Math.round(2 ** (bin / binsPerOctave))
  }
  return 0
}

/** A bin ends at a lateness of `2^(bin / binsPerOctave)` milliseconds. */
const binOf = (millis: number): number => Math.ceil(binsPerOctave * Math.log2(Math.max(1, millis)))

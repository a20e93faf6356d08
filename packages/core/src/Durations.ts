/**
 * How long operations take, by source and kind: learned as they end, and asked for the next delay and for what is left at each
 * age. What is made of a history is made when it is asked for, and anew once enough has ended since.
 */
import * as DurationHistory from "./DurationHistory.ts"
import * as LearnedPlan from "./LearnedPlan.ts"
import type { Lifetime } from "./Lifetime.ts"
import * as ProgressGuess from "./ProgressGuess.ts"
import type { SourceName } from "./Reference.ts"
import type * as Survival from "./Survival.ts"
import * as SurvivalEstimate from "./SurvivalEstimate.ts"

/** Of operations that take about as long as each other. Those whose kind is not told are a kind of their own. */
export interface Kind {
  readonly source: SourceName
  readonly kind?: string | undefined
}

export interface Durations {
  /** How long one took. With its reference what was noted of it is done with. */
  readonly learn: (lifetime: Lifetime, ref?: string) => void
  /** How long one has gone on so far: without those that last, the first to end would tell of all. */
  readonly note: (lifetime: Lifetime, ref: string) => void
  /** Takes this for all that is known of the kind; the ages are of those that go on now. */
  readonly put: (kind: Kind, history: DurationHistory.DurationHistory, running?: ReadonlyArray<number>) => void
  readonly history: (kind: Kind) => DurationHistory.DurationHistory
  readonly kinds: () => ReadonlyArray<Kind>
  /** Empty for a kind of which nothing is known. */
  readonly survival: (kind: Kind) => Survival.Survival
  /** In milliseconds, as are price and age. */
  readonly delay: (kind: Kind, price: number, age: number, advance?: ProgressGuess.Advance) => number
}

interface Known {
  readonly kind: Kind
  history: DurationHistory.DurationHistory
  running: ReadonlyArray<number>
  /** The ages of those that were noted, by reference. */
  readonly noted: Map<string, number>
  /** Made at `count` ends; undefined while it was not asked for. */
  estimate: { readonly count: number; readonly survival: Survival.Survival } | undefined
  readonly plans: Map<number, LearnedPlan.LearnedPlan>
}

export const make = (): Durations => {
  const kinds = new Map<string, Known>()

  const known = ({ kind, source }: Kind): Known => {
    const key = keyOf({ kind, source })
    const found = kinds.get(key)
    if (found !== undefined) return found
    const made: Known = {
      kind: { source, kind },
      history: DurationHistory.empty,
      running: [],
      noted: new Map(),
      estimate: undefined,
      plans: new Map()
    }
    kinds.set(key, made)
    return made
  }

  const survival = (kind: Kind): Survival.Survival => {
    const entry = kinds.get(keyOf(kind))
    if (entry === undefined) return nothing
    const { estimate, history, noted, plans } = entry
    if (estimate !== undefined && !isOutdated(history, estimate.count)) return estimate.survival
    const running = [...entry.running, ...noted.values()]
    const made = SurvivalEstimate.fromHistory(
      running.length === 0 ? history : DurationHistory.withRunning(history, running)
    )
    plans.clear()
    entry.estimate = { count: history.count, survival: made }
    return made
  }

  const plan = (kind: Kind, price: number): LearnedPlan.LearnedPlan => {
    const curve = survival(kind)
    if (curve.values.length === 0) return (age) => LearnedPlan.unknown(price, age)
    const { plans } = known(kind)
    const found = plans.get(price)
    if (found !== undefined) return found
    if (plans.size >= mostPrices) plans.clear()
    const made = LearnedPlan.make(curve, price)
    plans.set(price, made)
    return made
  }

  return {
    learn: ({ isOver, kind, millis, source }, ref = "") => {
      const entry = known({ source, kind })
      entry.noted.delete(ref)
      entry.history = (isOver ? DurationHistory.withEnd : DurationHistory.withLeft)(entry.history, millis)
    },
    note: ({ kind, millis, source }, ref) => void known({ source, kind }).noted.set(ref, millis),
    put: (kind, history, running = []) => {
      const entry = known(kind)
      entry.history = history
      entry.running = running
    },
    history: (kind) => kinds.get(keyOf(kind))?.history ?? DurationHistory.empty,
    kinds: () => Array.from(kinds.values(), ({ kind }) => kind),
    survival,
    delay: (kind, price, age, advance) =>
      advance === undefined
        ? plan(kind, price)(age)
        : ProgressGuess.delay(ProgressGuess.make(advance, survival(kind)), price, age)
  }
}

const keyOf = ({ kind = "", source }: Kind): string => `${source} ${kind}`

const isOutdated = (history: DurationHistory.DurationHistory, count: number): boolean =>
  history.count < count || DurationHistory.hasGrown(history, count)

const nothing: Survival.Survival = { values: new Float64Array(0) }

/** A budget that is exceeded tries a few prices in a row. */
const mostPrices = 16

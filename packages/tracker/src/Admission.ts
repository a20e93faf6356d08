/** What is to be polled from now on, because it is tracked or because it is watched; an operation only once. */
import type { Reference, SourceName } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Budget } from "./Budget.ts"
import type { Entries } from "./Entries.ts"
import * as Entry from "./Entry.ts"
import type { Kinds } from "./Kinds.ts"
import * as Monotonic from "./Monotonic.ts"
import * as Pace from "./Pace.ts"
import type { Plan } from "./Plan.ts"
import type { Unfinished } from "./Store.ts"

export type Stored = Omit<Unfinished, "deadline">

type Tenure = Entry.Entry["tenure"]

export interface Admission {
  /**
   * Tracked already or from now on; due then, in milliseconds since 1970, or else at a moment of its plan at random. Undefined if
   * its source is not configured.
   */
  readonly resume: (stored: Stored, tenure: Tenure, due: number | undefined) => Entry.Entry | undefined
  /** As `resume`, and due at once unless it is polled already. */
  readonly begin: (stored: Stored, tenure: Tenure) => Entry.Entry | undefined
  /** Watched only, and due at once unless it is polled already. */
  readonly watch: (reference: Reference) => Entry.Entry
}

export const make = Effect.fnUntraced(function* (options: {
  readonly entries: Entries
  readonly isConfigured: (source: SourceName) => boolean
  readonly kinds: Kinds
  readonly plan: Plan
  readonly budget: Pick<Budget, "price">
}) {
  const { budget, entries, isConfigured, kinds, plan } = options
  const clock = yield* Clock.Clock
  const random = yield* Random.Random

  const moment = (): Pace.Moment => ({
    now: Monotonic.millis(clock),
    wall: clock.currentTimeMillisUnsafe(),
    chance: random.nextDoubleUnsafe()
  })

  const admit = (stored: Stored, tenure: Tenure, firstDelay: (entry: Entry.Entry, moment: Pace.Moment) => number) => {
    const { digest, reference, seen, since, state } = stored
    const existing = entries.get(format(reference))
    if (existing?.tracked === true) return existing
    if (existing !== undefined) {
      entries.setState(existing, state)
      entries.setTracked(existing, true)
      existing.tenure = tenure
      existing.digest = digest
      return existing
    }
    if (!isConfigured(reference.source)) return undefined
    const at = moment()
    const standing = Pace.begin(seen, since, at)
    const kind = kinds.of(reference.source, stored.kind)
    const entry = Entry.make({ reference, kind, state, digest, standing, due: at.now, tracked: true, tenure })
    entry.due += firstDelay(entry, at)
    entries.add(entry)
    return entry
  }
  const planOf = (entry: Entry.Entry): Pace.Plan => {
    const price = budget.price(entry.reference.source)
    return (age) => plan(entry, age, price)
  }

  return {
    resume: (stored, tenure, due) =>
      admit(stored, tenure, (entry, at) => Pace.firstDelay(entry.standing, at, planOf(entry), due)),
    begin: (stored, tenure) => admit(stored, tenure, () => 0),
    watch: (reference) => {
      const existing = entries.get(format(reference))
      if (existing !== undefined) return existing
      const at = moment()
      const standing = Pace.begin(false, at.wall, at)
      const kind = kinds.of(reference.source, undefined)
      const entry = Entry.make({ reference, kind, state: "unknown", digest: 0, standing, due: at.now, tracked: false })
      entries.add(entry)
      return entry
    }
  } satisfies Admission
})

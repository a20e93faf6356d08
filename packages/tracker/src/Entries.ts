/** What is polled here, by reference, and how much of it is tracked in each state, for the metrics. */
import type { OperationState } from "@opwatch/core/OperationState"
import type { Entry } from "./Entry.ts"
import type { TrackerMetrics } from "./TrackerMetrics.ts"

export interface Entries {
  readonly get: (ref: string) => Entry | undefined
  readonly all: () => Iterable<Entry>
  readonly size: () => number
  readonly add: (entry: Entry) => void
  /** Whether it was there: another of the same reference stays. */
  readonly remove: (entry: Entry) => boolean
  readonly setTracked: (entry: Entry, tracked: boolean) => void
  readonly setState: (entry: Entry, state: OperationState) => void
}

export const make = ({ operations }: Pick<TrackerMetrics, "operations">): Entries => {
  const entries = new Map<string, Entry>()

  const count = (entry: Entry, difference: 1 | -1) => {
    if (entry.tracked) operations(entry.reference.source, entry.state, difference)
  }
  const change = (entry: Entry, changed: Partial<Pick<Entry, "state" | "tracked">>) => {
    const isHere = entries.get(entry.ref) === entry
    if (isHere) count(entry, -1)
    Object.assign(entry, changed)
    if (isHere) count(entry, 1)
  }

  return {
    get: (ref) => entries.get(ref),
    all: () => entries.values(),
    size: () => entries.size,
    add: (entry) => {
      entries.set(entry.ref, entry)
      count(entry, 1)
    },
    remove: (entry) => {
      if (entries.get(entry.ref) !== entry) return false
      entries.delete(entry.ref)
      count(entry, -1)
      return true
    },
    setTracked: (entry, tracked) => change(entry, { tracked }),
    setState: (entry, state) => change(entry, { state })
  }
}

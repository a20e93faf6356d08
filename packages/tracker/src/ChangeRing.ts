/**
 * The latest changes in order: all that are told from its floor on. Bounded in number and in size; the earliest go first and
 * raise the floor.
 */
import type { RecentChange } from "./RecentChange.ts"

export interface Bounds {
  readonly changes: number
  /** Characters of JSON, over all operations. */
  readonly size: number
}

export interface ChangeRing {
  /** No change up to here is in the ring; all that were told later are. */
  readonly floor: () => number
  /** The latest that was made. */
  readonly last: () => number
  /** Adds changes in order, each later than `last`, which moves to the number given. */
  readonly push: (changes: ReadonlyArray<RecentChange>, through: number) => void
  /** At most so many of those after this number, which is no lower than the floor. */
  readonly after: (sequence: number, limit: number) => ReadonlyArray<RecentChange>
}

const defaultBounds: Bounds = { changes: 10_000, size: 32 * 1024 * 1024 }

/** `forget` is called for an operation of which the ring has nothing any more. */
export const make = (start: number, forget: (ref: string) => void, bounds: Bounds = defaultBounds): ChangeRing => {
  let items: Array<RecentChange> = []
  let sizes: Array<number> = []
  /** Where the first one is: those before it are gone, and are cut off now and then. */
  let first = 0
  let size = 0
  let floor = start
  let last = start
  const counts = new Map<string, number>()

  const drop = () => {
    const item = items[first]
    if (item === undefined) return
    const { operation, sequence } = item.change
    size -= sizes[first] ?? 0
    first += 1
    floor = sequence
    const left = (counts.get(operation.ref) ?? 1) - 1
    if (left > 0) counts.set(operation.ref, left)
    else {
      counts.delete(operation.ref)
      forget(operation.ref)
    }
    if (first * 4 < items.length) return
    items = items.slice(first)
    sizes = sizes.slice(first)
    first = 0
  }

  /** Where the first one after this number is. */
  const indexAfter = (sequence: number) => {
    let [from, to] = [first, items.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((items[middle]?.change.sequence ?? Infinity) > sequence) to = middle
      else from = middle + 1
    }
    return from
  }

  return {
    floor: () => floor,
    last: () => last,
    push: (changes, through) => {
      last = through
      for (const item of changes) {
        const { operation } = item.change
        const own = JSON.stringify(operation).length
        items.push(item)
        sizes.push(own)
        size += own
        counts.set(operation.ref, (counts.get(operation.ref) ?? 0) + 1)
      }
      while (items.length - first > bounds.changes || (size > bounds.size && items.length - first > 1)) drop()
    },
    after: (sequence, limit) => {
      const index = indexAfter(sequence)
      return items.slice(index, index + limit)
    }
  }
}

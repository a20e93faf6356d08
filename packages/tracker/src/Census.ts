/** How many operations are polled of each kind, age and progress, as far as plans tell them apart. */
import type { Kind } from "@opwatch/core/Durations"
import * as Effect from "effect/Effect"
import type { Entry } from "./Entry.ts"
import type { Planned } from "./Plan.ts"

/** As many as are counted have the kind and, nearly, age and progress in common. */
export interface Group extends Planned {
  /** In milliseconds. */
  readonly age: number
  count: number
}

export type Census = ReadonlyMap<Kind, ReadonlyMap<number, Group>>

/** One pass over all, which lets others have their turn; `now` is a monotonic moment in milliseconds. */
export const take = Effect.fnUntraced(function* (entries: Iterable<Entry>, now: number) {
  const kinds = new Map<Kind, Map<number, Group>>()
  let counted = 0
  for (const { advance, kind, standing } of entries) {
    const age = Math.max(1, now - standing.born)
    const groups = kinds.get(kind) ?? new Map<number, Group>()
    if (groups.size === 0) kinds.set(kind, groups)
    const key = keyOf(age, advance)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { kind, advance, age, count: 1 })
    else group.count += 1
    if (++counted % turn === 0) yield* Effect.yieldNow
  }
  return kinds
})

const turn = 10_000

/** A quarter of an octave; where a plan takes long to make, for there is progress, an octave and a quarter of the progress. */
const keyOf = (age: number, advance: Planned["advance"]): number => {
  const octaves = Math.log2(age)
  return advance === undefined ? Math.round(4 * octaves) : -4 * Math.round(octaves) - Math.floor(4 * advance.part) - 1
}

/**
 * Who tracks the operations of recent changes, and under which labels: as the store says when a change is made, and from
 * then on as trackings are made, replaced and ended in this process.
 */
import * as Effect from "effect/Effect"
import type { Labels, Owner } from "@opwatch/core/Tracking"

/** The labels of one operation by each owner who tracks it. */
export type Audience = ReadonlyMap<Owner, Labels>

type Trackings = ReadonlyArray<readonly [Owner, string, Labels]>

export interface Audiences {
  /** Those of these operations, as the store has them; what is set while it is asked counts as later. */
  readonly read: <E>(
    refs: ReadonlySet<string>,
    trackings: Effect.Effect<Trackings, E>
  ) => Effect.Effect<ReadonlyMap<string, Audience>, E>
  /** The owner tracks it under these labels from now on; undefined if no longer. */
  readonly set: (owner: Owner, ref: string, labels: Labels | undefined) => void
  /** Nothing recent is left of the operation. */
  readonly forget: (ref: string) => void
}

export const make = (): Audiences => {
  const audiences = new Map<string, Map<Owner, Labels>>()
  /** What was set while the store is being asked. */
  let meanwhile: Array<readonly [Owner, string, Labels | undefined]> | undefined

  const apply = (owner: Owner, ref: string, labels: Labels | undefined) => {
    if (labels === undefined) audiences.get(ref)?.delete(owner)
    else audiences.get(ref)?.set(owner, labels)
  }

  const take = (refs: ReadonlySet<string>, trackings: Trackings) => {
    const taken = new Map<string, Audience>()
    for (const ref of refs) {
      const audience = audiences.get(ref) ?? new Map<Owner, Labels>()
      audience.clear()
      audiences.set(ref, audience)
      taken.set(ref, audience)
    }
    for (const [owner, ref, labels] of trackings) apply(owner, ref, labels)
    for (const [owner, ref, labels] of meanwhile ?? []) apply(owner, ref, labels)
    meanwhile = undefined
    return taken
  }

  return {
    read: (refs, trackings) =>
      Effect.suspend(() => {
        meanwhile = []
        return Effect.map(trackings, (found) => take(refs, found))
      }),
    set: (owner, ref, labels) => {
      apply(owner, ref, labels)
      meanwhile?.push([owner, ref, labels])
    },
    forget: (ref) => void audiences.delete(ref)
  }
}

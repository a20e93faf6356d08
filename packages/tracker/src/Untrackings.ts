/** Those who wait until an owner stops to track an operation. */
import type { Owner } from "@opwatch/core/Tracking"
import * as Effect from "effect/Effect"

export interface Untrackings {
  /** Done when the owner stops to track it, from now on. */
  readonly next: (owner: Owner, ref: string) => Effect.Effect<void>
  /** Only these owners track it now. */
  readonly tell: (ref: string, tracking: ReadonlySet<Owner>) => void
  /** The owner does not track it any more. */
  readonly tellOf: (owner: Owner, ref: string) => void
}

export const make = (): Untrackings => {
  const waiting = new Map<string, Map<() => void, Owner>>()

  const tellIf = (ref: string, isConcerned: (owner: Owner) => boolean) => {
    for (const [wake, owner] of waiting.get(ref) ?? []) if (isConcerned(owner)) wake()
  }

  return {
    next: (owner, ref) =>
      Effect.callback<void>((resume) => {
        const all = waiting.get(ref) ?? new Map<() => void, Owner>()
        const leave = () => {
          all.delete(wake)
          if (all.size === 0 && waiting.get(ref) === all) waiting.delete(ref)
        }
        const wake = () => {
          leave()
          resume(Effect.void)
        }
        waiting.set(ref, all.set(wake, owner))
        return Effect.sync(leave)
      }),
    tell: (ref, tracking) => tellIf(ref, (owner) => !tracking.has(owner)),
    tellOf: (owner, ref) => tellIf(ref, (other) => other === owner)
  }
}

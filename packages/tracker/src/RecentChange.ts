/** A change with those whom it concerns: each owner is told of it by one event, the same for all who read as that owner. */
import type { Audience } from "./Audiences.ts"
import type { Change, TrackedEvent } from "@opwatch/core/Change"
import * as EventId from "./EventId.ts"
import type { Owner } from "@opwatch/core/Tracking"

export interface RecentChange {
  readonly change: Change
  readonly audience: Audience
  readonly told: Map<Owner, TrackedEvent>
}

export const make = (change: Change, audience: Audience): RecentChange => ({ change, audience, told: new Map() })

/** Undefined if it does not concern the owner: one who does not track the operation, or another's deadline. */
export const eventFor = ({ audience, change, told }: RecentChange, owner: Owner): TrackedEvent | undefined => {
  const labels = audience.get(owner)
  if (labels === undefined || (change.owner !== undefined && change.owner !== owner)) return undefined
  const before = told.get(owner)
  if (before?.labels === labels) return before
  const { at, operation, sequence, type } = change
  const event = { id: EventId.fromSequence(sequence), type, at, operation, labels }
  told.set(owner, event)
  return event
}

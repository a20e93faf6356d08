/**
 * The record of everything that happened to tracked operations, in one order for all. A sequence number is given when the
 * change is committed, never twice and never going back, so whoever read up to one has read all before it.
 */
import { CompactOperation } from "./CompactOperation.ts"
import { Timestamp } from "./Timestamp.ts"
import * as Schema from "effect/Schema"
import { Labels, Owner } from "./Tracking.ts"

export const Sequence = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))

export const ChangeType = Schema.Literals([
  "operation.changed",
  "operation.finished",
  /** The owner's deadline passed; the operation goes on. */
  "operation.overdue",
  "operation.lost",
  /** An owner asked the provider to cancel; history alone tells of it. */
  "operation.cancelRequested"
])
export type ChangeType = typeof ChangeType.Type

export const Change = Schema.Struct({
  sequence: Sequence,
  type: ChangeType,
  at: Timestamp,
  operation: CompactOperation,
  /** Whose deadline passed, or who asked to cancel; absent where the change concerns all who track it. */
  owner: Schema.optionalKey(Owner)
}).annotate({ identifier: "Change" })
export type Change = typeof Change.Type

/** A change as one owner is told of it: events, webhooks. `id` is the same wherever and however often it is told. */
export const TrackedEvent = Schema.Struct({
  id: Schema.String,
  type: ChangeType,
  at: Timestamp,
  operation: CompactOperation,
  labels: Labels
}).annotate({ identifier: "TrackedEvent" })
export type TrackedEvent = typeof TrackedEvent.Type

/** Told in place of changes that are no longer kept: from this id on none is missing, and what was before is the present state. */
export const Reset = Schema.TaggedStruct("Reset", { id: Schema.String }).annotate({ identifier: "Reset" })
export type Reset = typeof Reset.Type

export const isReset: (told: TrackedEvent | Reset) => told is Reset = Schema.is(Reset)

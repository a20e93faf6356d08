/**
 * What somebody asked to be watched: an operation, under an owner's labels and deadline. Several owners may track the same
 * operation; each has its own tracking, and all share the polls.
 */
import { CompactOperation } from "./CompactOperation.ts"
import { Timestamp } from "./Timestamp.ts"
import * as Schema from "effect/Schema"

/** The name of an API key; empty on a server without keys. */
export const Owner = Schema.String.check(
  Schema.isPattern(/^([a-z0-9][a-z0-9._-]{0,62})?$/u, {
    expected: "up to 63 lower-case letters, digits and ._-"
  })
)
export type Owner = typeof Owner.Type

const LabelName = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/u, {
    expected: "a label's name: up to 63 letters, digits and ._/-, the first a letter or digit"
  })
)

/** As `\P{Cc}`, which few readers of JSON Schemas know. */
const printable = new RegExp("^[ -~\u00a0-\u{10ffff}]{0,255}$", "u")

const LabelValue = Schema.String.check(
  Schema.isPattern(printable, { expected: "a label's value: up to 255 characters, no control characters" })
)

/** At most 32 of them. */
export const Labels = Schema.Record(LabelName, LabelValue).check(Schema.isMaxProperties(32))
export type Labels = typeof Labels.Type

/** An operation as its owner sees it: what is known of it and what the owner said when tracking it. */
export const TrackedOperation = Schema.Struct({
  ...CompactOperation.fields,
  labels: Labels,
  trackedAt: Timestamp,
  /** When it should be done by. */
  deadline: Schema.optionalKey(Timestamp),
  /** The deadline passed before it was done. */
  overdue: Schema.optionalKey(Schema.Literal(true))
}).annotate({ identifier: "TrackedOperation" })
export type TrackedOperation = typeof TrackedOperation.Type

/**
 * The operation as everybody outside sees it: one JSON shape for both providers. Absent means unknown; nothing is
 * invented. The value is plain JSON, so encoding and decoding it changes nothing.
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { optional, required } from "./Field.ts"
import { isFinal, OperationState } from "./OperationState.ts"
import * as Reference from "./Reference.ts"
import { Timestamp } from "./Timestamp.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))

/** Percent, 0 to 100. */
export const Progress = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 }))

/** What the operation works on. */
export const Target = Schema.Struct({
  type: required(Schema.String, "pool, project, training, instance and the like"),
  id: required(Schema.String, "Its id at the provider")
})
export type Target = typeof Target.Type

/** The items of a batch: `valid` and `invalid` as checked, `succeeded` and `failed` as carried out. */
export const Counts = Schema.Struct({
  total: optional(Count, "Items in all"),
  valid: optional(Count, "Items that passed the check"),
  invalid: optional(Count, "Items that did not pass the check"),
  succeeded: optional(Count, "Items that were created"),
  failed: optional(Count, "Items that were not created")
})
export type Counts = typeof Counts.Type

/** Why the operation failed, in the provider's words; not an error of a request. */
export const OperationError = Schema.Struct({
  code: required(
    Schema.String,
    "The provider's name for it, such as RESOURCE_EXHAUSTED; a number without a name as text"
  ),
  message: required(Schema.String, "In the provider's words"),
  details: required(Schema.Array(Schema.Json), "What the provider adds, as it sent it")
})
export type OperationError = typeof OperationError.Type

/** Something in the provider's answers that did not fit, and what was made of it. */
export const Anomaly = Schema.Struct({
  code: required(
    Schema.Literals([
      "unknown_status",
      "impossible_date",
      "out_of_range",
      "wrong_type",
      "error_and_result",
      "other_id",
      "unexpected_shape",
      "reopened",
      "changed_after_end"
    ]),
    "What did not fit"
  ),
  field: optional(Schema.String, "The field of the provider's answer that did not fit"),
  message: required(Schema.String, "What came, and what was made of it")
})
export type Anomaly = typeof Anomaly.Type

/** Nine in ten such operations end between these. */
export const ExpectedEndRange = Schema.Struct({
  earliest: required(Timestamp, "One in twenty ends before"),
  latest: required(Timestamp, "One in twenty ends after")
})
export type ExpectedEndRange = typeof ExpectedEndRange.Type

export const ProviderName = Schema.Literals(["toloka", "cloud"])
export type ProviderName = typeof ProviderName.Type

export const Operation = Schema.Struct({
  ref: required(Schema.String, "The reference, source/id, which every command takes"),
  source: required(Reference.SourceName, "The source that was asked"),
  provider: required(ProviderName, "Whose API the source speaks"),
  id: required(Reference.OperationId, "The id that was asked for"),
  kind: optional(Schema.String, "What it does: Toloka's type; the cloud's metadata type without prefix and Metadata"),
  state: required(
    OperationState,
    "lost: was known and is no longer found; unknown: a status that opwatch has not heard of, which does not count as final"
  ),
  done: required(Schema.Boolean, "Whether the state is final; not whether it succeeded"),
  progress: optional(Progress, "Percent, 0 to 100"),
  submittedAt: optional(Timestamp, "When it was asked for; the cloud's createdAt"),
  startedAt: optional(Timestamp, "When work on it began"),
  modifiedAt: optional(Timestamp, "When the provider last changed it"),
  finishedAt: optional(Timestamp, "When it ended; once done the cloud's modifiedAt"),
  observedAt: required(Timestamp, "When opwatch saw this"),
  expectedEnd: optional(Timestamp, "When it should end, where progress or history give that; a guess"),
  expectedEndRange: optional(ExpectedEndRange, "How sure that is: nine in ten end in this time"),
  description: optional(Schema.String, "As the provider says"),
  createdBy: optional(Schema.String, "Who asked for it, as the provider says"),
  target: optional(Target, "What it works on"),
  metadata: optional(Schema.Json, "Toloka's parameters, the cloud's metadata"),
  counts: optional(Counts, "The items of a batch"),
  partial: optional(Schema.Boolean, "Of a batch that succeeded: whether items were left behind"),
  error: optional(OperationError, "Why it failed, or is being rolled back"),
  result: optional(Schema.Json, "The cloud's response; Toloka's details other than the counters"),
  anomalies: optional(Schema.Array(Anomaly), "What did not fit in the provider's answers"),
  raw: optional(Schema.Json, "What the provider sent, without secrets")
}).annotate({ identifier: "Operation" })
export type Operation = typeof Operation.Type

/** The reference of an operation that was read. */
export const reference = (operation: Operation): Reference.Reference => Reference.make(operation.source, operation.id)

/** What counts as a change when it differs: everything but when it was seen and what is guessed from that. */
export const substance = <A extends Pick<Operation, "observedAt" | "expectedEnd" | "expectedEndRange">>(
  operation: A
): Omit<A, "observedAt" | "expectedEnd" | "expectedEndRange"> =>
  Struct.omit(operation, ["expectedEnd", "expectedEndRange", "observedAt"])

/** Puts the operation in a state; `done` follows from it. */
export const withState = (operation: Operation, state: OperationState): Operation => ({
  ...operation,
  state,
  done: isFinal(state)
})

/** Adds what did not fit, each only once. */
export const withAnomalies = (operation: Operation, anomalies: ReadonlyArray<Anomaly>): Operation => {
  const known = operation.anomalies ?? []
  const added = anomalies.filter((anomaly) => !known.some((other) => sameAnomaly(other, anomaly)))
  return added.length === 0 ? operation : { ...operation, anomalies: [...known, ...added] }
}

const sameAnomaly = (a: Anomaly, b: Anomaly): boolean =>
  a.code === b.code && a.field === b.field && a.message === b.message

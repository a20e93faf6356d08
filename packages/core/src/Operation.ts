/**
 * The operation as everybody outside sees it: one JSON shape for both providers. Absent means unknown; nothing is
 * invented. The value is plain JSON, so encoding and decoding it changes nothing.
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { isFinal, OperationState } from "./OperationState.ts"
import * as Reference from "./Reference.ts"
import { Timestamp } from "./Timestamp.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))

/** Percent, 0 to 100. */
export const Progress = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 }))

/** What the operation works on: `pool`, `project`, `training`, `instance` and the like. */
export const Target = Schema.Struct({ type: Schema.String, id: Schema.String })
export type Target = typeof Target.Type

/** The items of a batch: `valid` and `invalid` as checked, `succeeded` and `failed` as carried out. */
export const Counts = Schema.Struct({
  total: Schema.optionalKey(Count),
  valid: Schema.optionalKey(Count),
  invalid: Schema.optionalKey(Count),
  succeeded: Schema.optionalKey(Count),
  failed: Schema.optionalKey(Count)
})
export type Counts = typeof Counts.Type

/** Why the operation failed, in the provider's words; not an error of a request. */
export const OperationError = Schema.Struct({
  code: Schema.String,
  message: Schema.String,
  details: Schema.Array(Schema.Json)
})
export type OperationError = typeof OperationError.Type

/** Something in the provider's answers that did not fit, and what was made of it. */
export const Anomaly = Schema.Struct({
  code: Schema.Literals([
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
  field: Schema.optionalKey(Schema.String),
  message: Schema.String
})
export type Anomaly = typeof Anomaly.Type

export const ProviderName = Schema.Literals(["toloka", "cloud"])
export type ProviderName = typeof ProviderName.Type

export const Operation = Schema.Struct({
  ref: Schema.String,
  source: Reference.SourceName,
  provider: ProviderName,
  id: Reference.OperationId,
  kind: Schema.optionalKey(Schema.String),
  state: OperationState,
  done: Schema.Boolean,
  progress: Schema.optionalKey(Progress),
  submittedAt: Schema.optionalKey(Timestamp),
  startedAt: Schema.optionalKey(Timestamp),
  modifiedAt: Schema.optionalKey(Timestamp),
  finishedAt: Schema.optionalKey(Timestamp),
  observedAt: Timestamp,
  expectedEnd: Schema.optionalKey(Timestamp),
  description: Schema.optionalKey(Schema.String),
  createdBy: Schema.optionalKey(Schema.String),
  target: Schema.optionalKey(Target),
  metadata: Schema.optionalKey(Schema.Json),
  counts: Schema.optionalKey(Counts),
  /** Of a batch that succeeded: whether items were left behind. */
  partial: Schema.optionalKey(Schema.Boolean),
  error: Schema.optionalKey(OperationError),
  result: Schema.optionalKey(Schema.Json),
  anomalies: Schema.optionalKey(Schema.Array(Anomaly)),
  raw: Schema.optionalKey(Schema.Json)
}).annotate({ identifier: "Operation" })
export type Operation = typeof Operation.Type

/** The reference of an operation that was read. */
export const reference = (operation: Operation): Reference.Reference => Reference.make(operation.source, operation.id)

/** What counts as a change when it differs: everything but when it was seen and what is guessed from that. */
export const substance = <A extends Pick<Operation, "observedAt" | "expectedEnd">>(
  operation: A
): Omit<A, "observedAt" | "expectedEnd"> => Struct.omit(operation, ["expectedEnd", "observedAt"])

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

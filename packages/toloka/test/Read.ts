/** Answers of Toloka to a get of `toloka/op-1`, mapped. */
import { assert } from "@effect/vitest"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Anomaly, Operation } from "@opwatch/core/Operation"
import * as Reference from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import { toOperation } from "../src/TolokaWire.ts"

export const asked = Reference.make(Reference.SourceName.make("toloka"), Reference.OperationId.make("op-1"))
export const observedAt = Timestamp.make("2030-01-02T03:04:05.678Z")

export const mapped = (answer: Schema.Json): Operation => {
  const operation = toOperation(answer, asked, observedAt)
  return Result.isSuccess(operation) ? operation.success : assert.fail(operation.failure)
}
/** A running one with these fields. */
export const read = (fields: Schema.JsonObject): Operation => mapped({ id: "op-1", status: "RUNNING", ...fields })
export const anomaliesOf = (fields: Schema.JsonObject): ReadonlyArray<Anomaly> => read(fields).anomalies ?? []

/**
 * The cloud's operations as sent, mapped to core's. Pure and total: any JSON gives an operation or a sentence saying what
 * is missing. Only an answer without an id is refused. Secrets are taken out before anything is read.
 */
import * as Result from "effect/Result"
import type { Json } from "effect/Schema"
import * as ExpectedEnd from "@opwatch/core/ExpectedEnd"
import * as FieldReader from "@opwatch/core/FieldReader"
import { type Operation, type OperationError, withAnomalies } from "@opwatch/core/Operation"
import { isFinal, type OperationState } from "@opwatch/core/OperationState"
import * as Redaction from "@opwatch/core/Redaction"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as CloudMetadata from "./CloudMetadata.ts"
import * as GrpcCode from "./GrpcCode.ts"

/** `asked` is the reference that the answer is for; the operation keeps its id whatever the answer says. */
export const toOperation = (
  answer: Json,
  asked: Reference.Reference,
  observedAt: Timestamp.Timestamp
): Result.Result<Operation, string> => {
  const raw = Redaction.redact(answer)
  if (!FieldReader.isObject(raw)) return Result.fail("it is not an object")
  const { id } = raw
  if (typeof id !== "string" || id === "") return Result.fail('it has no "id"')
  const read = FieldReader.make(raw)
  if (id !== asked.id) {
    read.report({ code: "other_id", field: "id", message: `the answer is about ${JSON.stringify(id)}` })
  }
  const done = read.flag("done") ?? false
  const error = readError(read, raw["error"])
  const response = raw["response"] ?? undefined
  if (done && error !== undefined && response !== undefined) {
    read.report({ code: "error_and_result", message: "both an error and a response came; it counts as failed" })
  }
  const state = toState(done, error)
  const metadata = read.object("metadata")
  const progress = metadata === undefined ? undefined : CloudMetadata.progressOf(metadata)
  const submittedAt = read.timestamp("createdAt", Timestamp.fromRfc3339)
  const modifiedAt = read.timestamp("modifiedAt", Timestamp.fromRfc3339)
  return Result.succeed(
    withAnomalies(
      FieldReader.present({
        ref: Reference.format(asked),
        source: asked.source,
        provider: "cloud" as const,
        id: asked.id,
        kind: metadata === undefined ? undefined : CloudMetadata.kindOf(metadata),
        state,
        done: isFinal(state),
        progress,
        submittedAt,
        modifiedAt,
        finishedAt: done ? modifiedAt : undefined,
        observedAt,
        expectedEnd: ExpectedEnd.fromProgress({ state, progress, since: submittedAt, observedAt }),
        description: read.text("description"),
        createdBy: read.text("createdBy"),
        target: metadata === undefined ? undefined : CloudMetadata.targetOf(metadata),
        metadata,
        error,
        result: response,
        raw
      }),
      read.anomalies
    )
  )
}

/** An error before the end means that the service found a failure and is rolling back. Done without either is success. */
const toState = (done: boolean, error: OperationError | undefined): OperationState => {
  if (error === undefined) return done ? "succeeded" : "running"
  if (!done) return "rolling_back"
  return error.code === "CANCELLED" ? "cancelled" : "failed"
}

/** An error that is no object is an error all the same. */
const unreadable: OperationError = { code: "UNKNOWN", message: "", details: [] }

/** Code 0 is no error. */
const readError = (operation: FieldReader.FieldReader, sent: Json | undefined): OperationError | undefined => {
  const error = operation.object("error")
  if (error === undefined) return sent === undefined || sent === null ? undefined : unreadable
  const read = FieldReader.make(error, "error.")
  const number = read.number("code", { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, whole: true })
  const message = read.text("message")
  const details = error["details"] ?? []
  if (!Array.isArray(details)) {
    read.report({ code: "wrong_type", field: "error.details", message: "is not a list; left out" })
  }
  read.anomalies.forEach(operation.report)
  if (number === 0) return undefined
  return {
    code: number === undefined ? "UNKNOWN" : GrpcCode.nameOf(number),
    message: message ?? "",
    details: Array.isArray(details) ? details : []
  }
}

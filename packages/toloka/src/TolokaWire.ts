/**
 * Toloka's operations as sent, mapped to core's. Pure and total: any JSON gives an operation or a sentence saying what is
 * missing. Only an answer without an id or a status is refused. Secrets are taken out before anything is read.
 */
import * as Result from "effect/Result"
import type { Json, JsonObject } from "effect/Schema"
import * as ExpectedEnd from "@opwatch/core/ExpectedEnd"
import * as FieldReader from "@opwatch/core/FieldReader"
import { type Counts, type Operation, type OperationError, type Target, withAnomalies } from "@opwatch/core/Operation"
import { isFinal, type OperationState } from "@opwatch/core/OperationState"
import * as Redaction from "@opwatch/core/Redaction"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { isBatch } from "./TolokaKind.ts"

const states = new Map<string, OperationState>([
  ["PENDING", "pending"],
  ["RUNNING", "running"],
  ["SUCCESS", "succeeded"],
  ["FAIL", "failed"]
])

/** `asked` is the reference that the answer is for; the operation keeps its id whatever the answer says. */
export const toOperation = (
  answer: Json,
  asked: Reference.Reference,
  observedAt: Timestamp.Timestamp
): Result.Result<Operation, string> => {
  const raw = Redaction.redact(answer)
  const wrapped = Array.isArray(raw) && raw.length === 1
  const sent: Json = Array.isArray(raw) && wrapped ? raw[0] : raw
  if (!FieldReader.isObject(sent)) return Result.fail("it is not an object")
  const { id, status } = sent
  if (typeof id !== "string" || id === "") return Result.fail('it has no "id"')
  if (typeof status !== "string" || status === "") return Result.fail('it has no "status"')
  const read = FieldReader.make(sent)
  if (wrapped) read.report({ code: "unexpected_shape", message: "the operation came inside an array" })
  if (id !== asked.id) {
    read.report({ code: "other_id", field: "id", message: `the answer is about ${JSON.stringify(id)}` })
  }
  const state = states.get(status) ?? "unknown"
  if (state === "unknown") {
    read.report({ code: "unknown_status", field: "status", message: `${JSON.stringify(status)} is not a known status` })
  }
  const kind = read.text("type")
  const progress = read.number("progress", { minimum: 0, maximum: 100 })
  const submittedAt = read.timestamp("submitted", Timestamp.fromUtc)
  const startedAt = read.timestamp("started", Timestamp.fromUtc)
  const finished = read.timestamp("finished", Timestamp.fromUtc)
  if (finished !== undefined && !isFinal(state)) {
    read.report({ code: "unexpected_shape", field: "finished", message: `set while ${status}; left out` })
  }
  const parameters = read.object("parameters")
  const details = read.object("details")
  const { counts, misfits } = details === undefined ? noCounts : readCounts(details)
  return Result.succeed(
    withAnomalies(
      FieldReader.present({
        ref: Reference.format(asked),
        source: asked.source,
        provider: "toloka" as const,
        id: asked.id,
        kind,
        state,
        done: isFinal(state),
        progress,
        submittedAt,
        startedAt,
        finishedAt: isFinal(state) ? finished : undefined,
        observedAt,
        expectedEnd: ExpectedEnd.fromProgress({ state, progress, since: startedAt ?? submittedAt, observedAt }),
        target: readTarget(kind, parameters),
        metadata: parameters,
        counts,
        partial: isPartial(kind, state, counts),
        error: state === "failed" ? readError(details) : undefined,
        result: readResult(details),
        raw
      }),
      [...read.anomalies, ...misfits]
    )
  )
}

const counters = {
  total: "total_count",
  valid: "valid_count",
  invalid: "not_valid_count",
  succeeded: "success_count",
  failed: "failed_count"
} as const

const noCounts = { counts: undefined, misfits: [] }

const readCounts = (details: JsonObject) => {
  const read = FieldReader.make(details, "details.")
  const count = (name: string) => read.number(name, { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, whole: true })
  const counts: Counts = FieldReader.present({
    total: count(counters.total) ?? count("items_count"),
    valid: count(counters.valid),
    invalid: count(counters.invalid),
    succeeded: count(counters.succeeded),
    failed: count(counters.failed)
  })
  return { counts: Object.keys(counts).length === 0 ? undefined : counts, misfits: read.anomalies }
}

const isPartial = (kind: string | undefined, state: OperationState, counts: Counts | undefined) =>
  isBatch(kind) && state === "succeeded" && counts?.total !== undefined && counts.succeeded !== undefined
    ? counts.succeeded < counts.total
    : undefined

const targets = ["pool", "training", "project"] as const

/** The type's first word says which parameter names the target; otherwise the first that is there does. */
const readTarget = (kind: string | undefined, parameters: JsonObject | undefined): Target | undefined => {
  if (parameters === undefined) return undefined
  const named = targets.find((type) => kind?.toLowerCase().startsWith(`${type}.`))
  for (const type of named === undefined ? targets : [named]) {
    const id = parameters[`${type}_id`]
    if (typeof id === "string" || typeof id === "number") return { type, id: String(id) }
  }
  return undefined
}

/** A failure rarely says why; where the details hold a code, they do. */
const readError = (details: JsonObject | undefined): OperationError | undefined => {
  const code = details?.["code"]
  if (details === undefined || typeof code !== "string") return undefined
  const message = details["message"]
  return { code, message: typeof message === "string" ? message : code, details: [details] }
}

const counterNames = new Set<string>([...Object.values(counters), "items_count"])

const readResult = (details: JsonObject | undefined): Json | undefined => {
  if (details === undefined) return undefined
  const rest = Object.entries(details).filter(([name]) => !counterNames.has(name))
  return rest.length === 0 ? undefined : Object.fromEntries(rest)
}

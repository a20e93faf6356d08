/** Why an operation is as it is and what to do next, for somebody who has never seen the provider's API. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type { Diagnosis } from "./Diagnosis.ts"
import { Cause, NextStep } from "./Diagnosis.ts"
import * as DurationText from "./DurationText.ts"
import type { LogDigest } from "./LogDigest.ts"
import * as LogDigests from "./LogDigest.ts"
import type { Operation } from "./Operation.ts"
import { OperationState } from "./OperationState.ts"
import * as Timestamp from "./Timestamp.ts"

export const Explanation = Schema.Struct({
  ref: Schema.String,
  state: OperationState,
  summary: Schema.String,
  causes: Schema.Array(Cause),
  created: Schema.Array(Schema.Struct({ type: Schema.String, count: Schema.Int })),
  next: Schema.Array(NextStep),
  supportIds: Schema.Array(Schema.String)
}).annotate({ identifier: "Explanation" })
export type Explanation = typeof Explanation.Type

/** Puts together what the operation itself, its log and the provider's error details say. */
export const explain = (operation: Operation, diagnosis: Diagnosis, log: LogDigest = LogDigests.empty): Explanation => {
  const causes = [...diagnosis.causes, ...log.causes]
  const unexplained = operation.error !== undefined && causes.length === 0
  const all = unexplained ? [ownError(operation.error)] : causes
  return {
    ref: operation.ref,
    state: operation.state,
    summary: summarize(operation),
    causes: all,
    created: log.created,
    next: [...diagnosis.next, ...nextSteps(operation, all)],
    supportIds: [...new Set([operation.id, ...diagnosis.supportIds])]
  }
}

const ownError = ({ code, message }: { readonly code: string; readonly message: string }): Cause => ({
  code,
  message,
  count: 1,
  items: []
})

const summarize = (operation: Operation): string => {
  const what = operation.kind ?? operation.description ?? "The operation"
  const took = duration(operation)
  const progress = operation.progress === undefined ? "" : `, ${Math.floor(operation.progress)} % done`
  switch (operation.state) {
    case "pending":
      return `${what} has not started yet.`
    case "running":
      return `${what} is running${progress}.`
    case "rolling_back":
      return `${what} met a failure and is being rolled back; it has not ended yet.`
    case "succeeded":
      return `${what} succeeded${took}.${itemsOf(operation)}`
    case "failed":
      return `${what} failed${took}.${itemsOf(operation)}`
    case "cancelled":
      return `${what} was cancelled${took}.`
    case "lost":
      return `${what} was found before, and the provider no longer finds it.`
    case "unknown":
      return `${what} is in a state that opwatch has not heard of${progress}; it is not counted as ended.`
  }
}

const duration = ({ finishedAt, startedAt, submittedAt }: Operation): string => {
  const from = startedAt ?? submittedAt
  if (from === undefined || finishedAt === undefined) return ""
  const millis = Timestamp.toMillis(finishedAt) - Timestamp.toMillis(from)
  return millis > 0 ? ` after ${DurationText.format(Duration.millis(millis))}` : ""
}

const itemsOf = ({ counts }: Operation): string => {
  if (counts?.total === undefined || counts.succeeded === undefined) return ""
  const { invalid, succeeded, total } = counts
  const leftBehind = succeeded < total && succeeded > 0 ? `, ${total - succeeded} left behind` : ""
  const refused = invalid === undefined || invalid === 0 ? "" : `, ${invalid} found not valid`
  return ` Items created: ${succeeded} of ${total}${leftBehind}${refused}.`
}

const sendAllAgain: NextStep = {
  text: "Correct them and send the whole batch again: nothing of it was created."
}

const nextSteps = (operation: Operation, causes: ReadonlyArray<Cause>): ReadonlyArray<NextStep> => {
  const { counts, ref, state } = operation
  switch (state) {
    case "pending":
    case "running":
    case "rolling_back":
    case "unknown":
      return [{ text: "Wait until it ends.", command: `opwatch wait ${ref}` }]
    case "succeeded":
      return operation.partial === true
        ? [
            { text: "See which items were left behind.", command: `opwatch log ${ref} --failed` },
            counts?.succeeded === 0
              ? sendAllAgain
              : { text: "Correct those and send only them again: the others exist already." }
          ]
        : []
    case "failed":
      if (causes.length === 0) return [{ text: "The provider gave no reason: give its support the ids listed here." }]
      return counts === undefined
        ? []
        : [
            { text: "See each item that failed.", command: `opwatch log ${ref} --failed` },
            ...(counts.succeeded === 0 ? [sendAllAgain] : [])
          ]
    case "lost":
      return [{ text: "Check the source: ids do not cross between installations, and old operations are forgotten." }]
    case "cancelled":
      return []
  }
}

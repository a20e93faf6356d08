/** Why an operation is as it is and what to do next, for somebody who has never seen the provider's API. */
import * as Schema from "effect/Schema"
import { Cause, cause, type Diagnosis, NextStep } from "./Diagnosis.ts"
import { required } from "./Field.ts"
import { generalRules } from "./GeneralRules.ts"
import type { LogDigest } from "./LogDigest.ts"
import * as LogDigests from "./LogDigest.ts"
import type { Operation } from "./Operation.ts"
import { OperationState } from "./OperationState.ts"
import * as Rule from "./Rule.ts"
import { summarize } from "./Summary.ts"

export const Explanation = Schema.Struct({
  ref: required(Schema.String, "The reference of the operation"),
  state: required(OperationState, "As in the operation"),
  summary: required(Schema.String, "What the operation is, how it stands, and what became of its items"),
  causes: required(Schema.Array(Cause), "Why; the first is the one to look at"),
  created: required(
    Schema.Array(
      Schema.Struct({
        type: required(Schema.String, "task, task_suite, user_bonus and the like"),
        count: required(Schema.Int, "How many of them")
      })
    ),
    "What it created, a partial upload too"
  ),
  next: required(Schema.Array(NextStep), "What to do next"),
  supportIds: required(Schema.Array(Schema.String), "The ids that the provider's support asks for")
}).annotate({ identifier: "Explanation" })
export type Explanation = typeof Explanation.Type

/** Puts together what the general rules, the provider's diagnosis and the log say. */
export const explain = (operation: Operation, diagnosis: Diagnosis, log: LogDigest = LogDigests.empty): Explanation => {
  const general = Rule.apply(generalRules, { operation, log })
  const causes = causesOf(operation, diagnosis, log)
  const advice = [...general.next, ...diagnosis.next]
  const unexplained = operation.state === "failed" && causes.length === 0
  return {
    ref: operation.ref,
    state: operation.state,
    summary: [summarize(operation, diagnosis.subject), ...(diagnosis.notes ?? []), ...(general.notes ?? [])].join(" "),
    causes,
    created: log.created,
    next: unique(unexplained ? [...advice, noReason] : advice),
    supportIds: [...new Set([operation.id, ...diagnosis.supportIds])]
  }
}

const noReason: NextStep = { text: "The provider gave no reason: ask its support, with the ids listed here." }

/** The operation's own error is named where nothing else is known. */
const causesOf = ({ error }: Operation, { causes }: Diagnosis, { failures }: LogDigest): ReadonlyArray<Cause> => {
  const logged = failures
    .map((failure) => failure.cause)
    .filter(({ code, field }) => !causes.some((told) => told.code === code && told.field === field))
  const all = [...causes, ...logged]
  return all.length === 0 && error !== undefined ? [cause(error.code, error.message)] : all
}

const unique = (steps: ReadonlyArray<NextStep>): ReadonlyArray<NextStep> =>
  steps.filter(
    ({ command, text }, index) => steps.findIndex((other) => other.text === text && other.command === command) === index
  )

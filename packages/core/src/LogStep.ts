/** One step of an operation's log. */
import * as Schema from "effect/Schema"
import { optional, required } from "./Field.ts"

/** Why one item failed. */
export const StepError = Schema.Struct({
  field: optional(Schema.String, "The path within what was sent"),
  code: required(Schema.String, "The provider's name for it"),
  message: required(Schema.String, "In the provider's words"),
  params: optional(Schema.Json, "What the provider adds")
})
export type StepError = typeof StepError.Type

export const LogStep = Schema.Struct({
  ref: required(Schema.String, "The reference of the operation"),
  index: required(Schema.Int, "Position in the log, from 0"),
  item: optional(Schema.Int, "The caller's own index of the item, where it sent one"),
  type: required(Schema.String, "What was done, such as TASK_CREATE"),
  success: required(Schema.Boolean, "Whether this step succeeded"),
  input: optional(Schema.Json, "What it was done with, as it was sent"),
  created: optional(
    Schema.Struct({
      type: required(Schema.String, "task, task_suite, user_bonus and the like"),
      id: required(Schema.String, "Its id at the provider")
    }),
    "What the step created"
  ),
  errors: optional(Schema.Array(StepError), "Why it failed"),
  raw: required(Schema.Json, "What the provider sent, without secrets")
}).annotate({ identifier: "LogStep" })
export type LogStep = typeof LogStep.Type

/** One step of an operation's log. */
import * as Schema from "effect/Schema"

/** Why one item failed; `field` is the path within what was sent. */
export const StepError = Schema.Struct({
  field: Schema.optionalKey(Schema.String),
  code: Schema.String,
  message: Schema.String,
  params: Schema.optionalKey(Schema.Json)
})
export type StepError = typeof StepError.Type

export const LogStep = Schema.Struct({
  ref: Schema.String,
  /** Position in the log, from 0. */
  index: Schema.Int,
  /** The caller's own index of the item, where it sent one. */
  item: Schema.optionalKey(Schema.Int),
  type: Schema.String,
  success: Schema.Boolean,
  input: Schema.optionalKey(Schema.Json),
  created: Schema.optionalKey(Schema.Struct({ type: Schema.String, id: Schema.String })),
  errors: Schema.optionalKey(Schema.Array(StepError)),
  raw: Schema.Json
}).annotate({ identifier: "LogStep" })
export type LogStep = typeof LogStep.Type

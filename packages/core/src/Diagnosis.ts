/** What is known of why an operation is as it is, in core's words: the part of an explanation that rules give. */
import * as Schema from "effect/Schema"

/** One reason and how many items it holds for; `items` names the first of them. */
export const Cause = Schema.Struct({
  code: Schema.String,
  field: Schema.optionalKey(Schema.String),
  message: Schema.String,
  count: Schema.Int,
  items: Schema.Array(Schema.Int)
})
export type Cause = typeof Cause.Type

/** What to do next, with the command that does it where there is one. */
export const NextStep = Schema.Struct({ text: Schema.String, command: Schema.optionalKey(Schema.String) })
export type NextStep = typeof NextStep.Type

export interface Diagnosis {
  /** The operation in plain words, to begin a sentence with: `Opening pool 21 (POOL.OPEN)`. */
  readonly subject?: string
  /** Whole sentences that go behind the summary. */
  readonly notes?: ReadonlyArray<string>
  /** A cause here stands for the causes of the log that have its code and its field. */
  readonly causes: ReadonlyArray<Cause>
  readonly next: ReadonlyArray<NextStep>
  /** The ids that the provider's support asks for. */
  readonly supportIds: ReadonlyArray<string>
}

export const empty: Diagnosis = { causes: [], next: [], supportIds: [] }

/** A cause that holds for the operation as a whole, and not for items of it. */
export const cause = (code: string, message: string, field?: string): Cause => ({
  code,
  ...(field === undefined ? {} : { field }),
  message: message === "" ? "no message came with it" : message,
  count: 1,
  items: []
})

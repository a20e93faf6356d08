/** What is known of why an operation is as it is, in core's words: the part of an explanation that rules give. */
import * as Schema from "effect/Schema"
import { optional, required } from "./Field.ts"

/** One reason. */
export const Cause = Schema.Struct({
  code: required(Schema.String, "The provider's name for it"),
  field: optional(Schema.String, "The field that is at fault"),
  message: required(Schema.String, "In the provider's words"),
  count: required(Schema.Int, "For how many items it holds; 1 where it holds for the operation as a whole"),
  items: required(Schema.Array(Schema.Int), "The first of these items, by the caller's own index")
})
export type Cause = typeof Cause.Type

/** What to do next. */
export const NextStep = Schema.Struct({
  text: required(Schema.String, "The advice, in whole sentences"),
  command: optional(Schema.String, "The command that does it")
})
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

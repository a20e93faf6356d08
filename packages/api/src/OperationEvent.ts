/** The server-sent events of one operation: its present state, then each change, or the problem that ended the stream. */
import * as Schema from "effect/Schema"
import { CompactOperation } from "@opwatch/core/CompactOperation"
import { ProviderProblem } from "./ProviderProblem.ts"

export const OperationChanged = Schema.Struct({
  /** The same for the same content, whoever sends it: `Last-Event-ID` resumes from it. */
  id: Schema.String,
  event: Schema.Literal("operation"),
  data: Schema.fromJsonString(CompactOperation)
})

/** The server could not ask the provider and will again; the operation follows once it could, changed or not. */
export const PollFailed = Schema.Struct({
  event: Schema.Literal("setback"),
  data: Schema.fromJsonString(
    Schema.Struct({
      problem: ProviderProblem,
      nextPollInMillis: Schema.Int
    })
  )
})

export const StreamFailed = Schema.Struct({
  event: Schema.Literal("problem"),
  data: Schema.fromJsonString(ProviderProblem)
})

export const OperationEvent = Schema.Union([OperationChanged, PollFailed, StreamFailed])
export type OperationEvent = typeof OperationEvent.Type

/** The server-sent events of one operation: its present state and then each change, or the problem that ended the stream. */
import * as Schema from "effect/Schema"
import { CompactOperation } from "@opwatch/core/CompactOperation"
import { ProviderProblem } from "./ProviderProblem.ts"

export const OperationChanged = Schema.Struct({
  /** The same for the same content, whoever sends it: `Last-Event-ID` resumes from it. */
  id: Schema.String,
  event: Schema.Literal("operation"),
  data: Schema.fromJsonString(CompactOperation)
})

export const StreamFailed = Schema.Struct({
  event: Schema.Literal("problem"),
  data: Schema.fromJsonString(ProviderProblem)
})

export const OperationEvent = Schema.Union([OperationChanged, StreamFailed])
export type OperationEvent = typeof OperationEvent.Type

/**
 * The operation as it goes into events: without what the provider sent, and without a result too large to be passed on
 * with every change.
 */
import { Operation } from "@opwatch/core/Operation"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

export const CompactOperation = Schema.Struct({
  ...Struct.omit(Operation.fields, ["raw"]),
  /** There is a result and it is left out for its size; the operation itself has it. */
  resultOmitted: Schema.optionalKey(Schema.Literal(true))
}).annotate({ identifier: "CompactOperation" })
export type CompactOperation = typeof CompactOperation.Type

const largestResult = 64 * 1024

export const fromOperation = (operation: Operation): CompactOperation => {
  const rest = Struct.omit(operation, ["raw", "result"])
  if (operation.result === undefined) return rest
  const size = new TextEncoder().encode(JSON.stringify(operation.result)).length
  return size > largestResult ? { ...rest, resultOmitted: true } : { ...rest, result: operation.result }
}

/**
 * The operation as it goes into events: without what the provider sent, and without a result too large to be passed on
 * with every change.
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { Operation } from "./Operation.ts"

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
  return byteLength(JSON.stringify(operation.result)) > largestResult
    ? { ...rest, resultOmitted: true }
    : { ...rest, result: operation.result }
}

/** In UTF-8. */
const byteLength = (text: string): number => {
  let length = 0
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0
    length += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4
  }
  return length
}

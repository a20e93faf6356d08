/** Reads the operations of one page of a list. Pages are short, so a page with one that cannot be read is refused whole. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Json } from "effect/Schema"
import * as Schema from "effect/Schema"
import * as FieldReader from "@opwatch/core/FieldReader"
import type { Operation } from "@opwatch/core/Operation"
import { MalformedAnswer, ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"

/** An adapter's mapping of one operation. */
export type ToOperation = (
  answer: Json,
  asked: Reference.Reference,
  observedAt: Timestamp.Timestamp
) => Result.Result<Operation, string>

export const read = Effect.fnUntraced(function* (
  source: Reference.SourceName,
  items: Json | undefined,
  toOperation: ToOperation
) {
  const observedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
  if (!Array.isArray(items)) return yield* malformed(source, "the answer holds no list of operations")
  const operations: Array<Operation> = []
  for (const [index, item] of items.entries()) {
    const operation = Result.flatMap(idOf(item), (id) => toOperation(item, Reference.make(source, id), observedAt))
    if (Result.isFailure(operation)) {
      return yield* malformed(source, `what comes ${index + 1}. in the list is no operation: ${operation.failure}`)
    }
    operations.push(operation.success)
  }
  return operations
})

export const malformed = (source: Reference.SourceName, message: string): ProviderError =>
  new ProviderError({ source, reason: new MalformedAnswer(), message })

const isId = Schema.is(Reference.OperationId)

const idOf = (item: Json): Result.Result<Reference.OperationId, string> => {
  if (!FieldReader.isObject(item)) return Result.fail("it is not an object")
  const { id } = item
  return isId(id) ? Result.succeed(id) : Result.fail('it has no "id" that can be asked for')
}

import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "../src/Operation.ts"
import { OperationId, SourceName } from "../src/Reference.ts"
import * as Timestamp from "../src/Timestamp.ts"
import { fromOperation } from "../src/CompactOperation.ts"

const operation: Operation = {
  ref: "cloud/op-1",
  source: SourceName.make("cloud"),
  provider: "cloud",
  id: OperationId.make("op-1"),
  state: "succeeded",
  done: true,
  observedAt: Timestamp.fromMillis(0)
}

describe("CompactOperation", () => {
  it("leaves out what the provider sent and nothing else", () => {
    assert.deepStrictEqual(fromOperation({ ...operation, raw: {}, result: { a: 1 } }), {
      ...operation,
      result: { a: 1 }
    })
    assert.deepStrictEqual(fromOperation(operation), operation)
  })

  it("leaves out a result over 64 KB of JSON, counted in bytes, and says so", () => {
    const quotes = 2
    const largest = "x".repeat(64 * 1024 - quotes)
    assert.deepStrictEqual(fromOperation({ ...operation, result: largest }), { ...operation, result: largest })
    assert.deepStrictEqual(fromOperation({ ...operation, result: `${largest}x` }), {
      ...operation,
      resultOmitted: true
    })
    assert.deepStrictEqual(fromOperation({ ...operation, result: "ж".repeat(33_000) }), {
      ...operation,
      resultOmitted: true
    })
  })
})

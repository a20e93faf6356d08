import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as Schema from "effect/Schema"
import { ExitCode, ofAll, ofOperation } from "../src/ExitCode.ts"

const order = [2, 5, 6, 4, 8, 1, 9, 7, 3] as const
const Codes = Schema.Array(Schema.Literals([0, ...order]))

const operation = (state: OperationState, partial?: boolean): Operation => ({
  ref: "toloka/a",
  source: SourceName.make("toloka"),
  provider: "toloka",
  id: OperationId.make("a"),
  state,
  done: true,
  observedAt: Timestamp.make("2026-01-01T00:00:00Z"),
  ...(partial === undefined ? {} : { partial })
})

describe("ExitCode", () => {
  it("is 0 for nothing at all", () => {
    assert.strictEqual(ofAll([]), 0)
  })

  it.each(order.map((code, index) => [code, order.slice(index)] as const))("takes %i before %j", (code, others) => {
    assert.strictEqual(ofAll([0, ...others.toReversed()]), code)
  })

  it.prop("does not depend on the order of the references", [Codes], ([codes]) => {
    assert.strictEqual(ofAll(codes), ofAll(codes.toReversed()))
  })

  it.prop("is 0 only when all are 0", [Codes], ([codes]) => {
    assert.strictEqual(
      ofAll(codes) === 0,
      codes.every((code) => code === 0)
    )
  })

  it.each([
    ["succeeded", 0],
    ["failed", 1],
    ["cancelled", 7],
    ["lost", 4],
    ["running", 3],
    ["unknown", 3]
  ] as const)("of one that is %s is %i", (state, code) => {
    assert.strictEqual(ofOperation(operation(state)), code)
  })

  it("tells a partial success from a whole one only when it is to be strict", () => {
    assert.strictEqual(ofOperation(operation("succeeded", true)), ExitCode.success)
    assert.strictEqual(ofOperation(operation("succeeded", true), true), ExitCode.partial)
    assert.strictEqual(ofOperation(operation("succeeded", false), true), ExitCode.success)
    assert.strictEqual(ofOperation(operation("failed", true), true), ExitCode.failed)
  })
})

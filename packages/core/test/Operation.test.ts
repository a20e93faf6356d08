import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { Operation, reference, withAnomalies, withState } from "../src/Operation.ts"
import { isFinal, OperationState, rankOf } from "../src/OperationState.ts"
import { format } from "../src/Reference.ts"
import { operation } from "./Samples.ts"

/** JSON text knows no negative zero, so what goes through it must not hold one. */
const overJson = Arbitrary.map(Arbitrary.schema(Operation), (any): unknown => JSON.parse(JSON.stringify(any)))
const decode = Schema.decodeUnknownSync(Operation)
const encode = Schema.encodeSync(Operation)

describe("Operation", () => {
  it.prop("is plain JSON that decoding and encoding leave as it is", [overJson], ([json]) => {
    assert.deepStrictEqual(decode(json), json)
    assert.deepStrictEqual(JSON.parse(JSON.stringify(encode(decode(json)))), json)
  })

  it.each([
    { progress: 101 },
    { progress: -1 },
    { counts: { total: 1.5 } },
    { counts: { total: -1 } },
    { submittedAt: "2024-05-01T00:00:00" },
    { id: "a/b" },
    { state: "done" },
    { kind: undefined }
  ])("does not hold %j", (field) => {
    assert.throws(() => decode({ ...operation("running"), ...field }))
  })

  it("gives back its reference", () => {
    assert.strictEqual(format(reference(operation("running"))), "toloka/op-1")
  })

  it.each(OperationState.literals)("is done in state %s exactly when that is final", (state) => {
    const { done } = withState(operation("running"), state)
    assert.strictEqual(done, ["succeeded", "failed", "cancelled", "lost"].includes(state))
    assert.strictEqual(done, isFinal(state))
  })

  it("takes an anomaly once", () => {
    const anomaly = { code: "out_of_range", field: "progress", message: "101" } as const
    const other = { ...anomaly, message: "102" }
    const once = withAnomalies(operation("running"), [anomaly])
    assert.strictEqual(withAnomalies(once, [anomaly]), once)
    assert.deepStrictEqual(withAnomalies(once, [other, anomaly]).anomalies, [anomaly, other])
    assert.notProperty(withAnomalies(operation("running"), []), "anomalies")
  })
})

describe("OperationState", () => {
  it("ranks every final state above every other, and an unknown one with running", () => {
    const open = OperationState.literals.filter((state) => !isFinal(state))
    for (const final of OperationState.literals.filter(isFinal)) {
      for (const state of open) assert.isAbove(rankOf(final), rankOf(state))
    }
    assert.strictEqual(rankOf("unknown"), rankOf("running"))
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Knowledge from "../src/Knowledge.ts"
import { at, operation } from "./Samples.ts"

const running = operation("a", "running", { kind: "upload" })
const succeeded = operation("a", "succeeded", { observedAt: at(1_000) })

describe("an observation", () => {
  it("is all there is of what was never seen", () => {
    const held = { operation: operation("a", "unknown", { observedAt: at(5_000) }), seen: false }
    assert.strictEqual(Knowledge.observe(held, running), running)
  })

  it("never takes back what is known", () => {
    const pending = operation("a", "pending", { observedAt: at(2_000) })
    assert.strictEqual(Knowledge.observe({ operation: running, seen: true }, pending).state, "running")
    const reopened = Knowledge.observe({ operation: succeeded, seen: true }, { ...running, observedAt: at(2_000) })
    assert.deepStrictEqual([reopened.state, reopened.anomalies?.[0]?.code], ["succeeded", "reopened"])
  })

  it("of the same end is taken as it came, with what did not fit before", () => {
    const anomaly = { code: "reopened", message: "it did" } as const
    const held = { operation: { ...succeeded, anomalies: [anomaly], resultOmitted: true as const }, seen: true }
    const again = { ...succeeded, observedAt: at(9_000), result: "whole", raw: { a: 1 } }
    assert.deepStrictEqual(Knowledge.observe(held, again), { ...again, anomalies: [anomaly] })
  })
})

describe("what is not found", () => {
  it("is lost as it was known, and says so if it was never known", () => {
    const expected = { expectedEnd: at(7), expectedEndRange: { earliest: at(6), latest: at(8) } }
    const lost = Knowledge.lose({ operation: { ...running, ...expected }, seen: true }, at(9))
    assert.deepStrictEqual(lost, { ...running, state: "lost", done: true, observedAt: at(9) })
    const never = Knowledge.lose({ operation: operation("a", "unknown"), seen: false }, at(9))
    assert.deepStrictEqual([never.state, never.done], ["lost", true])
    assert.include(never.description, "never knew")
  })
})

describe("what is stored", () => {
  it.each([
    ["pending", "operation.changed"],
    ["unknown", "operation.changed"],
    ["failed", "operation.finished"],
    ["lost", "operation.lost"]
  ] as const)("of a state %s is %s, without what the provider sent", (state, type) => {
    const { operation: stored, type: told } = Knowledge.observation({ ...operation("a", state), raw: { secret: 1 } })
    assert.strictEqual(told, type)
    assert.notProperty(stored, "raw")
  })
})

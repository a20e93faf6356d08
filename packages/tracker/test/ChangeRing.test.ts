import { assert, describe, it } from "@effect/vitest"
import * as ChangeRing from "../src/ChangeRing.ts"
import * as RecentChange from "../src/RecentChange.ts"
import { at, operation } from "./Samples.ts"

const change = (sequence: number, id: string, description = "") =>
  RecentChange.make(
    { sequence, type: "operation.changed", at: at(0), operation: operation(id, "running", { description }) },
    new Map()
  )

const sequences = (changes: ReadonlyArray<RecentChange.RecentChange>) => changes.map(({ change }) => change.sequence)

describe("a ring of changes", () => {
  it("gives those after a number, which need not be one of them", () => {
    const ring = ChangeRing.make(10, () => {})
    ring.push([change(11, "a"), change(14, "b")], 15)
    ring.push([], 17)
    ring.push([change(20, "a")], 20)
    assert.deepStrictEqual([ring.floor(), ring.last()], [10, 20])
    assert.deepStrictEqual(sequences(ring.after(10, 100)), [11, 14, 20])
    assert.deepStrictEqual(sequences(ring.after(12, 1)), [14])
    assert.deepStrictEqual(sequences(ring.after(14, 100)), [20])
    assert.deepStrictEqual(sequences(ring.after(20, 100)), [])
  })

  it("keeps the latest, and says of which operations it has nothing any more", () => {
    const forgotten: Array<string> = []
    const ring = ChangeRing.make(0, (ref) => forgotten.push(ref), { changes: 3, size: 1_000_000 })
    for (let sequence = 1; sequence <= 50; sequence++) {
      ring.push([change(sequence, sequence === 1 ? "a" : sequence < 40 ? "b" : "c")], sequence)
    }
    assert.deepStrictEqual(sequences(ring.after(ring.floor(), 100)), [48, 49, 50])
    assert.strictEqual(ring.floor(), 47)
    assert.deepStrictEqual(forgotten, ["cloud/a", "cloud/b"])
  })

  it("is bounded in size too, and keeps the latest however large it is", () => {
    const ring = ChangeRing.make(0, () => {}, { changes: 100, size: 1_000 })
    ring.push([change(1, "a", "x".repeat(300)), change(2, "a", "x".repeat(300)), change(3, "a", "x".repeat(300))], 3)
    assert.deepStrictEqual(sequences(ring.after(ring.floor(), 100)), [2, 3])
    ring.push([change(4, "a", "x".repeat(5_000))], 4)
    assert.deepStrictEqual(sequences(ring.after(ring.floor(), 100)), [4])
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Partition from "../src/Partition.ts"
import { reference } from "./Samples.ts"

describe("a partition", () => {
  it("is never another for the same reference, for stores hold it", () => {
    assert.deepStrictEqual(
      ["a", "b", "57068577e4b0bf7b07a0256f"].map((id) => Partition.of(reference(id))),
      [6, 51, 27]
    )
  })

  it("has about as many references as any other", () => {
    const counts = new Map<number, number>()
    for (let index = 0; index < 64_000; index++) {
      const partition = Partition.of(reference(`op-${index}`))
      counts.set(partition, (counts.get(partition) ?? 0) + 1)
    }
    assert.strictEqual(counts.size, Partition.count)
    assert.isAbove(Math.min(...counts.values()), 800)
    assert.isBelow(Math.max(...counts.values()), 1_200)
  })
})

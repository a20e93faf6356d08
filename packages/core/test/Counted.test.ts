import { assert, describe, it } from "@effect/vitest"
import { counted, were } from "../src/Counted.ts"

describe("a number with what it counts", () => {
  it.each([
    [0, "item", "0 items"],
    [1, "item", "1 item"],
    [2, "item", "2 items"],
    [1, "user bonus", "1 user bonus"],
    [3, "user bonus", "3 user bonuses"],
    [2, "batch", "2 batches"]
  ])("%d %s is %s", (count, thing, expected) => assert.strictEqual(counted(count, thing), expected))

  it("has its verb", () => assert.deepStrictEqual([0, 1, 2].map(were), ["were", "was", "were"]))
})

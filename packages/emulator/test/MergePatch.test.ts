import { assert, describe, it } from "@effect/vitest"
import { mergePatch } from "../src/MergePatch.ts"

describe("mergePatch", () => {
  it("merges objects field by field and removes what is null", () => {
    const target = { a: { keep: 1, drop: 2 }, b: [1, 2], c: "c" }
    assert.deepStrictEqual(mergePatch(target, { a: { drop: null, add: 3 }, b: [3], d: null }), {
      a: { keep: 1, add: 3 },
      b: [3],
      c: "c"
    })
  })

  it("leaves its target as it was", () => {
    const target = { a: { b: 1 } }
    mergePatch(target, { a: { b: 2 } })
    assert.deepStrictEqual(target, { a: { b: 1 } })
  })

  it("removes nulls inside an object that is new", () => {
    assert.deepStrictEqual(mergePatch(undefined, { a: null, b: { c: null } }), { b: {} })
  })
})

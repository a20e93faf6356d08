/** What others are to learn of trackings, as every store tells it. */
import { assert, describe } from "@effect/vitest"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import { allUnfinished, at, observation, reference, track } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

export const touchesContract = (test: StoreTest) => {
  describe("touched", () => {
    test("has each operation at the last time it was tracked or untracked, as it is now", (store) =>
      Effect.gen(function* () {
        assert.deepStrictEqual([yield* store.lastTouch, yield* store.touched({ after: 0, limit: 9 })], [0, []])
        yield* store.track([track("a"), track("b"), track("a", { owner: "team" }), track("c")])
        yield* store.track([track("b", { deadline: at(60) })])
        yield* store.untrack("", reference("a"))
        yield* store.untrack("", reference("c"))
        yield* store.observe([observation("b")])
        const page = yield* store.touched({ after: 0, limit: 9 })
        assert.deepStrictEqual(
          page.map(({ touch, reference: { id } }) => [touch, String(id)]),
          [
            [4, "b"],
            [5, "a"],
            [6, "c"]
          ]
        )
        const [a, b] = yield* allUnfinished(store)
        assert.deepStrictEqual(
          page.map(({ unfinished }) => unfinished),
          [b, a, undefined]
        )
        assert.deepStrictEqual([b?.state, b?.deadline], ["running", Timestamp.toMillis(at(60))])
        assert.deepStrictEqual(yield* store.touched({ after: 4, limit: 1 }), page.slice(1, 2))
        assert.deepStrictEqual([yield* store.lastTouch, yield* store.touched({ after: 6, limit: 9 })], [6, []])
      }))

    test("has nothing of what changed no tracking, and nothing to poll of what has ended", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a"), track("b", { limit: 0 })])
        yield* store.observe([observation("a", "succeeded")])
        yield* store.untrack("other", reference("a"))
        yield* store.untrack("", reference("none"))
        assert.strictEqual(yield* store.lastTouch, 1)
        yield* store.track([track("a", { owner: "team" })])
        assert.deepStrictEqual(yield* store.touched({ after: 1, limit: 9 }), [
          { touch: 2, reference: reference("a"), unfinished: undefined }
        ])
      }))
  })
}

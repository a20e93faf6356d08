/** Claims of partitions, and what they end, as every store does it. */
import { assert, describe } from "@effect/vitest"
import * as Partition from "@opwatch/tracker/Partition"
import * as Effect from "effect/Effect"
import { observation, reference, track } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

const of = (id: string) => Partition.of(reference(id))

export const claimsContract = (test: StoreTest) => {
  describe("claim", () => {
    test("gives each partition the number after its last", (store) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          yield* store.claim(new Set([0, 63])),
          new Map([
            [0, 1],
            [63, 1]
          ])
        )
        const again = yield* store.claim(new Set([63, 7]))
        assert.deepStrictEqual([again.get(63), again.get(7)], [2, 1])
        assert.strictEqual((yield* store.claim(new Set())).size, 0)
        assert.deepStrictEqual(yield* store.claim(new Set([0])), new Map([[0, 2]]))
      }))

    test("has nothing stored that is of a tenure before it, or of none that was ever claimed", (store) =>
      Effect.gen(function* () {
        const [lost, kept, unclaimed] = ["a", "b", "c"] as const
        assert.strictEqual(new Set([lost, kept, unclaimed].map(of)).size, 3)
        yield* store.track([lost, kept, unclaimed].map((id) => track(id)))
        yield* store.observe([observation(lost, "running")])
        const first = yield* store.claim(new Set([of(lost), of(kept)]))
        const second = yield* store.claim(new Set([of(lost)]))
        const { changes, fenced } = yield* store.observe([
          { ...observation(lost, "succeeded"), tenure: first.get(of(lost)) },
          { ...observation(kept, "running"), tenure: first.get(of(kept)) },
          { ...observation(unclaimed, "lost"), tenure: 1 }
        ])
        assert.deepStrictEqual(fenced, new Set(["toloka/a", "toloka/c"]))
        assert.deepStrictEqual(
          changes.map(({ sequence, operation }) => [sequence, operation.ref]),
          [[2, "toloka/b"]]
        )
        assert.strictEqual((yield* store.summary("", {})).done, 0)
        const latest = { ...observation(lost, "succeeded"), tenure: second.get(of(lost)) }
        assert.strictEqual((yield* store.observe([latest])).changes[0]?.sequence, 3)
      }))

    test("is asked about only where there is a tenure and something is stored, whether it has ended or not", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a")])
        yield* store.claim(new Set([of("a"), of("none")]))
        yield* store.observe([observation("a", "failed")])
        const [ended, unknown] = [observation("a", "running"), observation("none", "running")]
        assert.deepStrictEqual(yield* store.observe([ended, { ...unknown, tenure: 0 }]), {
          changes: [],
          fenced: new Set<string>()
        })
        assert.deepStrictEqual((yield* store.observe([{ ...ended, tenure: 0 }])).fenced, new Set(["toloka/a"]))
        assert.deepStrictEqual((yield* store.observe([{ ...ended, tenure: 1 }])).fenced, new Set())
      }))

    test("leads to all tenures, and to what the owner before left for it", (store) =>
      Effect.gen(function* () {
        yield* store.claim(new Set([0, 1]))
        yield* store.claim(new Set([1]))
        assert.deepStrictEqual(
          yield* store.tenures,
          new Map([
            [0, 1],
            [1, 2]
          ])
        )
        const due = new Map([
          ["toloka/a", 1_700_000_000_123],
          ["toloka/b", 0]
        ])
        yield* store.handOver([
          { partition: 0, tenure: 1, due },
          { partition: 1, tenure: 1, due },
          { partition: 2, tenure: 1, due }
        ])
        yield* store.claim(new Set([0, 1, 2]))
        assert.deepStrictEqual(yield* store.handedOver(0, 2), due)
        for (const [partition, tenure] of [
          [0, 1],
          [0, 3],
          [1, 3],
          [2, 1],
          [2, 2]
        ] as const) {
          assert.strictEqual((yield* store.handedOver(partition, tenure)).size, 0)
        }
        yield* store.handOver([{ partition: 0, tenure: 2, due: new Map() }])
        assert.strictEqual((yield* store.handedOver(0, 2)).size, 0)
        yield* store.handOver([])
      }))
  })
}

/** What goes past retention, and what stays, in every store. */
import { assert, describe } from "@effect/vitest"
import type { Store } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { allUnfinished, at, observation, reference, track } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

const day = 86_400
const keepAll = { changesMillis: 1e15, operationsMillis: 1e15, changesPerOperation: 1_000_000 }
const within = (seconds: number) => ({ changesMillis: seconds * 1000, operationsMillis: seconds * 1000 })

export const pruningContract = (test: StoreTest) => {
  describe("prune", () => {
    const pruneAll = Effect.fnUntraced(function* (
      store: Store["Service"],
      retention: Partial<typeof keepAll>,
      now: ReturnType<typeof at>
    ) {
      let total = 0
      for (;;) {
        const gone = yield* store.prune({ ...keepAll, ...retention }, now)
        if (gone === 0) return total
        total += gone
      }
    })
    const kept = (store: Store["Service"]) =>
      Effect.map(store.changes({ after: 0, limit: 10_000 }), ({ changes, prunedThrough }) => ({
        sequences: changes.map(({ sequence }) => sequence),
        prunedThrough
      }))

    test("lets changes go by age, but not the latest of an operation", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a"), track("b")])
        yield* store.observe([
          observation("a", "pending", { observedAt: at(0) }),
          observation("b", "running", { observedAt: at(1) }),
          observation("a", "running", { observedAt: at(2) }),
          observation("a", "running", { observedAt: at(day) })
        ])
        assert.strictEqual(yield* pruneAll(store, within(day), at(day + 2)), 1)
        assert.deepStrictEqual(yield* kept(store), { sequences: [2, 3, 4], prunedThrough: 1 })
        assert.strictEqual(yield* pruneAll(store, within(day), at(9 * day)), 1)
        assert.deepStrictEqual(yield* kept(store), { sequences: [2, 4], prunedThrough: 3 })
        assert.strictEqual((yield* store.history(reference("a"), { after: 0, limit: 9 })).prunedThrough, 3)
        assert.strictEqual((yield* store.history(reference("b"), { after: 0, limit: 9 })).prunedThrough, 0)
        assert.strictEqual((yield* allUnfinished(store)).length, 2)
      }))

    test("lets the oldest changes of an operation go by number", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a"), track("b")])
        yield* store.observe(
          Array.from({ length: 1500 }, (_, index) =>
            observation(index % 3 === 0 ? "b" : "a", "running", { progress: index % 100 })
          )
        )
        assert.strictEqual(yield* pruneAll(store, { changesPerOperation: 2 }, at(20)), 1496)
        assert.deepStrictEqual(yield* kept(store), { sequences: [1495, 1498, 1499, 1500], prunedThrough: 1497 })
        assert.strictEqual(yield* pruneAll(store, { changesPerOperation: 0 }, at(20)), 2)
        assert.strictEqual(yield* store.lastSequence, 1500)
      }))

    test("lets operations go that ended or that nobody tracks, with all that hangs on them", (store) =>
      Effect.gen(function* () {
        yield* store.track([
          track("done", { labels: { x: "1" } }),
          track("orphan"),
          track("unseen-orphan"),
          track("again"),
          track("running")
        ])
        yield* store.observe(["done", "again"].map((id) => observation(id, "succeeded")))
        yield* store.observe(["orphan", "running"].map((id) => observation(id)))
        yield* store.untrack("", reference("orphan"))
        yield* store.untrack("", reference("unseen-orphan"))
        yield* store.track([track("again", { owner: "late", at: at(8 * day) })])
        assert.strictEqual(yield* pruneAll(store, within(day), at(9 * day)), 5)
        for (const id of ["done", "orphan", "unseen-orphan"]) {
          assert.isTrue(Option.isNone(yield* store.get(reference(id))), id)
        }
        assert.deepStrictEqual(yield* kept(store), { sequences: [2, 4], prunedThrough: 3 })
        assert.deepStrictEqual(
          (yield* store.list({ owner: "", limit: 9 })).items.map(({ id }) => String(id)),
          ["running", "again"]
        )
        assert.strictEqual((yield* store.summary("", { x: "1" })).total, 0)
        const history = yield* store.history(reference("done"), { after: 0, limit: 9 })
        assert.deepStrictEqual(history, { changes: [], prunedThrough: 3 })
      }))

    test("gives no number twice", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a"), track("b")])
        yield* store.observe([observation("a"), observation("b", "failed")])
        yield* pruneAll(store, within(0), at(9 * day))
        assert.strictEqual(yield* store.lastSequence, 2)
        yield* store.track([track("b")])
        const { changes } = yield* store.observe([observation("b")])
        assert.deepStrictEqual(
          changes.map(({ sequence }) => sequence),
          [3]
        )
      }))
  })
}

/** Tracking, as every store keeps it. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { allUnfinished, at, observation, operation, reference, track } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

export const trackingContract = (test: StoreTest) => {
  describe("track", () => {
    test("stores what stands for the operation until it is seen, and gives it as tracked", (store) =>
      Effect.gen(function* () {
        const request = track("op", { owner: "team", labels: { batch: "7" }, deadline: at(60) })
        const results = yield* store.track([request])
        const tracked = { ...request.unseen, labels: { batch: "7" }, trackedAt: at(1), deadline: at(60) }
        assert.deepStrictEqual(results, [{ status: "created", tracked }])
        assert.deepStrictEqual(yield* store.tracked("team", reference("op")), Option.some(tracked))
        assert.deepStrictEqual(
          yield* store.get(reference("op")),
          Option.some({ operation: request.unseen, seen: false, sequence: 0 })
        )
        assert.deepStrictEqual(yield* store.changes({ after: 0, limit: 10 }), { changes: [], prunedThrough: 0 })
      }))

    test("replaces labels and deadline, and keeps place and time", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a", { labels: { x: "1", y: "1" }, deadline: at(60) })])
        yield* store.track([track("b")])
        const [replaced] = yield* store.track([track("a", { labels: { x: "2" }, at: at(5) })])
        assert.strictEqual(replaced?.status, "replaced")
        assert.deepStrictEqual(replaced?.tracked, {
          ...operation("a", "unknown", { observedAt: at(1) }),
          labels: { x: "2" },
          trackedAt: at(1)
        })
        const { items } = yield* store.list({ owner: "", limit: 10 })
        assert.deepStrictEqual(
          items.map(({ id }) => id),
          ["b", "a"].map((id) => reference(id).id)
        )
        for (const labels of [{ x: "1" }, { y: "1" }]) {
          assert.deepStrictEqual(yield* store.list({ owner: "", labels, limit: 10 }), { items: [] })
        }
        assert.strictEqual((yield* store.summary("", { x: "2" })).total, 1)
      }))

    test("carries out requests one after the other, also several for the same operation", (store) =>
      Effect.gen(function* () {
        const results = yield* store.track([
          track("a", { labels: { n: "1" } }),
          track("a", { owner: "b" }),
          track("a", { labels: { n: "2" }, at: at(2) })
        ])
        assert.deepStrictEqual(
          results.map(({ status, tracked }) => [status, tracked?.labels, tracked?.trackedAt]),
          [
            ["created", { n: "1" }, at(1)],
            ["created", {}, at(1)],
            ["replaced", { n: "2" }, at(1)]
          ]
        )
        assert.strictEqual((yield* store.summary("", { n: "1" })).total, 0)
      }))

    test("counts an owner's unfinished operations against the limit, not replaced or finished ones", (store) =>
      Effect.gen(function* () {
        const statuses = (ids: ReadonlyArray<string>, owner = "a") =>
          Effect.map(store.track(ids.map((id) => track(id, { owner, limit: 2 }))), (results) =>
            results.map(({ status }) => status)
          )
        assert.deepStrictEqual(yield* statuses(["1", "2", "3", "2"]), ["created", "created", "overLimit", "replaced"])
        assert.deepStrictEqual(yield* store.get(reference("3")), Option.none())
        assert.deepStrictEqual(yield* statuses(["3"], "b"), ["created"])
        yield* store.observe([observation("2", "succeeded"), observation("3", "failed")])
        assert.deepStrictEqual(yield* statuses(["3", "4", "5"]), ["created", "created", "overLimit"])
        yield* store.untrack("a", reference("1"))
        assert.deepStrictEqual(yield* statuses(["5", "6"]), ["created", "overLimit"])
      }))

    test("gives what is known of an operation that others track", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op")])
        yield* store.observe([observation("op", "succeeded", { partial: true })])
        const [result] = yield* store.track([track("op", { owner: "late" })])
        assert.strictEqual(result?.tracked?.state, "succeeded")
        assert.deepStrictEqual(yield* store.summary("late", {}), {
          total: 1,
          done: 1,
          succeeded: 1,
          failed: 0,
          partial: 1,
          cancelled: 0,
          lost: 0
        })
      }))

    test("takes a thousand at once, each with labels", (store) =>
      Effect.gen(function* () {
        const requests = Array.from({ length: 1000 }, (_, index) =>
          track(`op-${index}`, {
            labels: Object.fromEntries(Array.from({ length: 4 }, (_, label) => [`label-${label}`, "v"]))
          })
        )
        assert.strictEqual((yield* store.track(requests)).length, 1000)
        assert.strictEqual((yield* store.summary("", { "label-3": "v", "label-0": "v" })).total, 1000)
      }))
  })

  describe("untrack", () => {
    test("says whether it was tracked and whether anybody still does", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op", { owner: "a", labels: { x: "1" } }), track("op", { owner: "b" })])
        assert.deepStrictEqual(yield* store.untrack("c", reference("op")), { removed: false, orphaned: false })
        assert.deepStrictEqual(yield* store.untrack("a", reference("op")), { removed: true, orphaned: false })
        assert.deepStrictEqual(yield* store.untrack("a", reference("op")), { removed: false, orphaned: false })
        assert.strictEqual((yield* store.summary("a", { x: "1" })).total, 0)
        assert.deepStrictEqual(yield* store.untrack("b", reference("op")), { removed: true, orphaned: true })
        assert.deepStrictEqual(yield* store.untrack("b", reference("none")), { removed: false, orphaned: true })
        assert.isTrue(Option.isNone(yield* store.tracked("b", reference("op"))))
        assert.isTrue(Option.isSome(yield* store.get(reference("op"))))
        assert.deepStrictEqual(yield* allUnfinished(store), [])
      }))

    test("lets the operation be tracked again, as it was known", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op")])
        yield* store.observe([observation("op", "running", { progress: 40 })])
        yield* store.untrack("", reference("op"))
        const [result] = yield* store.track([track("op", { at: at(90) })])
        assert.strictEqual(result?.status, "created")
        assert.strictEqual(result?.tracked?.progress, 40)
        assert.strictEqual(result?.tracked?.trackedAt, at(90))
        assert.strictEqual((yield* allUnfinished(store)).length, 1)
      }))
  })
}

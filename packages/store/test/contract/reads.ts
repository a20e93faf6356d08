/** What is read of a store, the same from every one. */
import { assert, describe } from "@effect/vitest"
import type { Change } from "@opwatch/core/Change"
import * as Digest from "@opwatch/tracker/Digest"
import * as Effect from "effect/Effect"
import { allUnfinished, at, lifetime, observation, reference, track } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

export const readsContract = (test: StoreTest) => {
  describe("list", () => {
    const ids = (page: { readonly items: ReadonlyArray<{ readonly id: string }> }) => page.items.map(({ id }) => id)

    test("gives the latest tracked first, page by page", (store) =>
      Effect.gen(function* () {
        yield* store.track(["1", "2", "3", "4", "5"].map((id) => track(id)))
        const first = yield* store.list({ owner: "", limit: 2 })
        assert.deepStrictEqual(ids(first), ["5", "4"])
        yield* store.track([track("6")])
        yield* store.untrack("", reference("4"))
        const second = yield* store.list({ owner: "", limit: 2, after: first.next })
        assert.deepStrictEqual(ids(second), ["3", "2"])
        const third = yield* store.list({ owner: "", limit: 2, after: second.next })
        assert.deepStrictEqual(ids(third), ["1"])
        assert.isFalse("next" in third)
        assert.deepStrictEqual(yield* store.list({ owner: "", limit: 2, after: "no page" }), { items: [] })
      }))

    test("gives an owner what the owner tracks, by source, state, kind and all labels", (store) =>
      Effect.gen(function* () {
        yield* store.track([
          track("cloud/1", { owner: "a", labels: { env: "prod", batch: "1" } }),
          track("cloud-kz/2", { owner: "a", labels: { env: "prod", batch: "2" } }),
          track("toloka/3", { owner: "a", labels: { env: "test", batch: "1" } }),
          track("toloka/3", { owner: "b", labels: { env: "prod", batch: "1" } })
        ])
        yield* store.observe([
          observation("cloud/1", "failed", { kind: "POOL.OPEN" }),
          observation("toloka/3", "running", { kind: "odd \0 kind" })
        ])
        const list = (query: object) => Effect.map(store.list({ owner: "a", limit: 9, ...query }), ids)
        assert.deepStrictEqual(yield* list({}), ["3", "2", "1"])
        assert.deepStrictEqual(yield* list({ source: "cloud" }), ["1"])
        assert.deepStrictEqual(yield* list({ state: "unknown" }), ["2"])
        assert.deepStrictEqual(yield* list({ state: "failed", labels: { env: "prod" } }), ["1"])
        assert.deepStrictEqual(yield* list({ kind: "POOL.OPEN" }), ["1"])
        assert.deepStrictEqual(yield* list({ kind: "odd \0 kind" }), ["3"])
        assert.deepStrictEqual(yield* list({ labels: { env: "prod" } }), ["2", "1"])
        assert.deepStrictEqual(yield* list({ labels: { env: "prod", batch: "1" } }), ["1"])
        assert.deepStrictEqual(yield* list({ labels: { env: "none" } }), [])
        assert.deepStrictEqual(yield* list({ owner: "c" }), [])
      }))

    test("takes and finds a kind of any length", (store) =>
      Effect.gen(function* () {
        const kind = Array.from({ length: 5000 }, (_, index) => String.fromCharCode(index * index)).join("")
        yield* store.track([track("op")])
        yield* store.observe([observation("op", "running", { kind })])
        assert.deepStrictEqual(ids(yield* store.list({ owner: "", limit: 9, kind })), ["op"])
        assert.strictEqual((yield* store.learn([lifetime("toloka", 1, { kind })])).length, 1)
      }))

    test("follows the state of the operation", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op", { owner: "a" }), track("op", { owner: "b" })])
        for (const state of ["running", "rolling_back", "failed"] as const) {
          yield* store.observe([observation("op", state)])
          for (const owner of ["a", "b"]) {
            assert.deepStrictEqual(ids(yield* store.list({ owner, state, limit: 9 })), ["op"])
            assert.deepStrictEqual(ids(yield* store.list({ owner, state: "unknown", limit: 9 })), [])
          }
        }
      }))
  })

  describe("summary", () => {
    test("counts by outcome, a partial success as a success too", (store) =>
      Effect.gen(function* () {
        const outcomes = {
          succeeded: observation("1", "succeeded"),
          partial: observation("2", "succeeded", { partial: true }),
          failed: observation("3", "failed"),
          cancelled: observation("4", "cancelled"),
          lost: observation("5", "lost"),
          running: observation("6", "running"),
          elsewhere: observation("7", "failed")
        }
        yield* store.track(["1", "2", "3", "4", "5", "6"].map((id) => track(id, { labels: { run: "1" } })))
        yield* store.track([track("7", { labels: { run: "2" } }), track("1", { owner: "other" })])
        yield* store.observe(Object.values(outcomes))
        assert.deepStrictEqual(yield* store.summary("", { run: "1" }), {
          total: 6,
          done: 5,
          succeeded: 2,
          failed: 1,
          partial: 1,
          cancelled: 1,
          lost: 1
        })
        assert.strictEqual((yield* store.summary("", {})).total, 7)
        assert.strictEqual((yield* store.summary("other", { run: "1" })).total, 0)
      }))
  })

  describe("unfinished", () => {
    test("gives what polling needs, each operation once", (store) =>
      Effect.gen(function* () {
        yield* store.track([
          track("a", { owner: "x", deadline: at(90), at: at(7) }),
          track("a", { owner: "y", deadline: at(80), at: at(8) }),
          track("b", { owner: "x" }),
          track("done", { owner: "x" }),
          track("orphan", { owner: "x" })
        ])
        const seen = observation("b", "rolling_back", { kind: "upload", submittedAt: at(-5), progress: 3 })
        yield* store.observe([seen, observation("done", "failed")])
        yield* store.untrack("x", reference("orphan"))
        assert.deepStrictEqual(yield* allUnfinished(store), [
          {
            reference: reference("a"),
            seen: false,
            state: "unknown",
            kind: undefined,
            digest: Digest.of(track("a").unseen),
            since: Date.parse(at(7)),
            deadline: Date.parse(at(80))
          },
          {
            reference: reference("b"),
            seen: true,
            state: "rolling_back",
            kind: "upload",
            digest: Digest.of(seen.operation),
            since: Date.parse(at(-5)),
            deadline: undefined
          }
        ])
        yield* store.passDeadlines([reference("a")], at(85))
        assert.strictEqual((yield* allUnfinished(store))[0]?.deadline, Date.parse(at(90)))
      }))

    test("gives all of a partition, however many they are", (store) =>
      Effect.gen(function* () {
        const ids = Array.from({ length: 2500 }, (_, index) => `op-${index}`)
        yield* store.track(ids.map((id) => track(id)))
        const found = yield* allUnfinished(store)
        assert.strictEqual(new Set(found.map(({ reference }) => reference.id)).size, 2500)
        assert.strictEqual(found.length, 2500)
      }))
  })

  describe("changes and history", () => {
    test("go on after a number, in pages", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a"), track("b")])
        yield* store.observe(["a", "b", "a", "b", "a"].map((id, progress) => observation(id, "running", { progress })))
        const sequences = Effect.map(({ changes }: { readonly changes: ReadonlyArray<Change> }) =>
          changes.map(({ sequence }) => sequence)
        )
        assert.deepStrictEqual(yield* sequences(store.changes({ after: 1, limit: 2 })), [2, 3])
        assert.deepStrictEqual(yield* sequences(store.changes({ after: 5, limit: 2 })), [])
        assert.deepStrictEqual(yield* sequences(store.history(reference("a"), { after: 1, limit: 9 })), [3, 5])
        assert.deepStrictEqual(yield* sequences(store.history(reference("none"), { after: 0, limit: 9 })), [])
      }))

    test("give the labels that each owner gave", (store) =>
      Effect.gen(function* () {
        yield* store.track([
          track("a", { owner: "x", labels: { n: "1" } }),
          track("a", { owner: "y", labels: { n: "2" } }),
          track("b", { owner: "x", labels: {} })
        ])
        const found = yield* store.trackings(["toloka/a", "toloka/none", "toloka/a"])
        assert.deepStrictEqual(
          found.toSorted(([a], [b]) => (a < b ? -1 : 1)),
          [
            ["x", "toloka/a", { n: "1" }],
            ["y", "toloka/a", { n: "2" }]
          ]
        )
      }))
  })
}

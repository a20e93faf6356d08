/** What makes changes, as every store does it. */
import { assert, describe } from "@effect/vitest"
import type { Change } from "@opwatch/core/Change"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { at, observation, operation, reference, track } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

export const changesContract = (test: StoreTest) => {
  describe("observe", () => {
    test("gives the changes in order, numbered from 1 without a gap", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a"), track("b")])
        const first = observation("b", "running", { observedAt: at(3) })
        const second = observation("a", "succeeded", { observedAt: at(2), result: { z: 1, a: [1.5, "\0\ud800"] } })
        const { changes } = yield* store.observe([first, second])
        assert.deepStrictEqual(changes, [
          { sequence: 1, type: "operation.changed", at: at(3), operation: first.operation },
          { sequence: 2, type: "operation.finished", at: at(2), operation: second.operation }
        ])
        assert.deepStrictEqual(yield* store.changes({ after: 0, limit: 10 }), { changes, prunedThrough: 0 })
        assert.strictEqual(yield* store.lastSequence, 2)
        assert.deepStrictEqual(
          yield* store.get(reference("a")),
          Option.some({ operation: second.operation, seen: true, sequence: 2 })
        )
      }))

    test("keeps an operation's text in the order it came in", (store) =>
      Effect.gen(function* () {
        const told = { metadata: { b: 1, a: { d: 1e21, c: 0.1 } }, ...operation("op") }
        yield* store.track([track("op")])
        yield* store.observe([{ type: "operation.changed", operation: told }])
        const known = Option.getOrThrow(yield* store.get(reference("op")))
        assert.strictEqual(JSON.stringify(known.operation), JSON.stringify(told))
      }))

    test("passes over what is not stored and what would reopen an operation that ended", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("a"), track("b")])
        yield* store.observe([observation("a", "failed")])
        const { changes } = yield* store.observe([
          observation("a", "running"),
          observation("none", "running"),
          observation("b", "cancelled"),
          observation("b", "rolling_back"),
          observation("a", "failed", { description: "told again" })
        ])
        assert.deepStrictEqual(
          changes.map(({ sequence, operation }) => [sequence, operation.ref, operation.state]),
          [
            [2, "toloka/b", "cancelled"],
            [3, "toloka/a", "failed"]
          ]
        )
        assert.strictEqual(Option.getOrThrow(yield* store.get(reference("b"))).operation.state, "cancelled")
        assert.strictEqual(yield* store.lastSequence, 3)
      }))

    test("takes several of one operation, each a change", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op")])
        const { changes } = yield* store.observe([
          observation("op", "pending"),
          observation("op", "running", { progress: 1 }),
          observation("op", "succeeded")
        ])
        assert.deepStrictEqual(
          changes.map(({ sequence, operation }) => [sequence, operation.state]),
          [
            [1, "pending"],
            [2, "running"],
            [3, "succeeded"]
          ]
        )
        assert.deepStrictEqual(
          (yield* store.history(reference("op"), { after: 1, limit: 1 })).changes,
          changes.slice(1, 2)
        )
        assert.strictEqual((yield* store.summary("", {})).succeeded, 1)
      }))

    test("does not take an operation that was never found for one that was seen", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op")])
        yield* store.observe([observation("op", "lost")])
        assert.isFalse(Option.getOrThrow(yield* store.get(reference("op"))).seen)
        assert.strictEqual((yield* store.summary("", {})).lost, 1)
      }))

    test("takes five hundred at once", (store) =>
      Effect.gen(function* () {
        const ids = Array.from({ length: 600 }, (_, index) => `op-${index}`)
        yield* store.track(ids.map((id) => track(id)))
        const { changes } = yield* store.observe(ids.map((id) => observation(id, "running", { progress: 5 })))
        assert.deepStrictEqual(
          changes.map(({ sequence }) => sequence),
          ids.map((_, index) => index + 1)
        )
        assert.deepStrictEqual((yield* store.changes({ after: 100, limit: 1000 })).changes, changes.slice(100))
      }))
  })

  describe("passDeadlines", () => {
    const overdue = (changes: ReadonlyArray<Change>) =>
      changes.map(({ sequence, type, owner, operation }) => [sequence, type, owner, operation.ref])

    test("tells each owner once of a deadline that has come", (store) =>
      Effect.gen(function* () {
        yield* store.track([
          track("op", { owner: "b", deadline: at(60) }),
          track("op", { owner: "a", deadline: at(50) }),
          track("op", { owner: "later", deadline: at(61) }),
          track("op", { owner: "none" })
        ])
        const references = [reference("op"), reference("unknown"), reference("op")]
        const changes = yield* store.passDeadlines(references, at(60))
        assert.deepStrictEqual(overdue(changes), [
          [1, "operation.overdue", "a", "toloka/op"],
          [2, "operation.overdue", "b", "toloka/op"]
        ])
        assert.strictEqual(changes[0]?.at, at(60))
        assert.deepStrictEqual(yield* store.passDeadlines(references, at(60)), [])
        assert.deepStrictEqual((yield* store.changes({ after: 0, limit: 9 })).changes, changes)
        const tracked = Option.getOrThrow(yield* store.tracked("a", reference("op")))
        assert.strictEqual(tracked.overdue, true)
        assert.isFalse("overdue" in Option.getOrThrow(yield* store.tracked("later", reference("op"))))
        assert.strictEqual(Option.getOrThrow(yield* store.get(reference("op"))).sequence, 2)
      }))

    test("says nothing of operations that ended in time", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op", { deadline: at(60) })])
        yield* store.observe([observation("op", "succeeded")])
        assert.deepStrictEqual(yield* store.passDeadlines([reference("op")], at(70)), [])
      }))

    test("tells again under another deadline, not under the same", (store) =>
      Effect.gen(function* () {
        const pass = Effect.map(store.passDeadlines([reference("op")], at(100)), (changes) => changes.length)
        yield* store.track([track("op", { deadline: at(60) })])
        assert.strictEqual(yield* pass, 1)
        const [same] = yield* store.track([track("op", { deadline: at(60) })])
        assert.strictEqual(same?.tracked?.overdue, true)
        assert.strictEqual(yield* pass, 0)
        yield* store.track([track("op", { deadline: at(61) })])
        assert.strictEqual(yield* pass, 1)
      }))
  })

  describe("noteCancel", () => {
    test("stands in the history with the name of who asked", (store) =>
      Effect.gen(function* () {
        yield* store.track([track("op")])
        yield* store.observe([observation("op")])
        const changes = yield* store.noteCancel("somebody", reference("op"), at(20))
        assert.deepStrictEqual(changes, [
          { sequence: 2, type: "operation.cancelRequested", at: at(20), owner: "somebody", operation: operation("op") }
        ])
        assert.deepStrictEqual((yield* store.history(reference("op"), { after: 1, limit: 9 })).changes, changes)
        assert.deepStrictEqual(yield* store.noteCancel("somebody", reference("none"), at(20)), [])
      }))
  })
}

import { assert, describe, it } from "@effect/vitest"
import { OperationNotFound, Unauthenticated, Unavailable } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import type { TrackResult } from "../src/Store.ts"
import { follow, owner, setup, settle, shortly, stateOf, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")
const two = InMemoryProvider.reference("op-2")

const statuses = (results: ReadonlyArray<Result.Result<TrackResult, Reference.UnknownSource>>) =>
  results.map((result) =>
    Result.isSuccess(result) ? `${result.success.status} ${result.success.tracked?.state}` : result.failure._tag
  )

describe("what is tracked", () => {
  it.effect("is polled at once, then by its age, until it has ended, and each change is told once", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "pending" })
      const told = yield* follow(tracker)
      yield* track(tracker, one)
      assert.strictEqual(counts.polls, 1)
      yield* TestClock.adjust("1 minute")
      assert.isAtLeast(counts.polls, 5)
      assert.isAtMost(counts.polls, 15)
      set("op-1", { state: "running" })
      yield* TestClock.adjust("1 minute")
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(shortly(told), ["op-1 pending", "op-1 running", "op-1 succeeded"])
      const polls = counts.polls
      yield* TestClock.adjust("1 day")
      assert.strictEqual(counts.polls, polls)
    })
  )

  it.effect("is tracked also while the provider or its credential fails, and never given up", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", new Unavailable({}))
      set("op-2", new Unauthenticated())
      const results = yield* track(tracker, one, two)
      assert.deepStrictEqual(statuses(results), ["created unknown", "created unknown"])
      yield* TestClock.adjust("1 day")
      assert.isAtMost(counts.polls, 2 * 24 * 60)
      set("op-1", { state: "running" })
      set("op-2", { state: "failed" })
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(yield* stateOf(tracker, one), "running")
      assert.strictEqual(yield* stateOf(tracker, two), "failed")
    })
  )

  it.effect("is refused where its source is not configured, and nothing else with it", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const elsewhere = { ...one, source: Reference.SourceName.make("elsewhere") }
      const [refused, tracked] = yield* track(tracker, elsewhere, one)
      assert.deepStrictEqual(
        refused,
        Result.fail(new Reference.UnknownSource({ source: "elsewhere", known: ["cloud"] }))
      )
      assert.isTrue(tracked !== undefined && Result.isSuccess(tracked))
      assert.strictEqual(yield* stateOf(tracker, one), "running")
    })
  )

  it.effect("is known at once if it has ended, from here or by the first poll", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      const told = yield* follow(tracker)
      set("op-1", { state: "succeeded", result: { id: "x" } })
      set("op-2", { state: "failed" })
      yield* tracker.get(one)
      const tracking = yield* Effect.forkChild(track(tracker, one, two))
      yield* settle
      const [known] = yield* Fiber.join(tracking)
      const tracked = known !== undefined && Result.isSuccess(known) ? known.success.tracked : undefined
      assert.deepStrictEqual([tracked?.state, tracked?.done, tracked?.result], ["succeeded", true, { id: "x" }])
      yield* settle
      assert.strictEqual(yield* stateOf(tracker, two), "failed")
      assert.strictEqual(counts.polls, 2)
      assert.deepStrictEqual(shortly(told).toSorted(), ["op-1 succeeded", "op-2 failed"])
    })
  )

  it.effect("shares its polls among all who track it, and stops when the last one does not any more", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      yield* TestClock.adjust("1 minute")
      const polls = counts.polls
      const again = yield* tracker.track([
        { owner: "other", reference: one, labels: { a: "1" } },
        { owner, reference: one, labels: { b: "2" } }
      ])
      yield* settle
      assert.strictEqual(counts.polls, polls)
      assert.deepStrictEqual(statuses(again), ["created running", "replaced running"])
      const labels = (by: string) => Effect.map(tracker.tracked(by, one), (found) => Option.getOrThrow(found).labels)
      assert.deepStrictEqual([yield* labels("other"), yield* labels(owner)], [{ a: "1" }, { b: "2" }])
      assert.isTrue(yield* tracker.untrack(owner, one))
      assert.isFalse(yield* tracker.untrack(owner, one))
      yield* TestClock.adjust("1 minute")
      assert.isAbove(counts.polls, polls)
      assert.isTrue(yield* tracker.untrack("other", one))
      const last = counts.polls
      yield* TestClock.adjust("1 day")
      assert.strictEqual(counts.polls, last)
    })
  )

  it.effect("interrupts its poll when nobody tracks it any more", () =>
    Effect.gen(function* () {
      const { counts, holdUntil, tracker } = yield* setup
      holdUntil(Effect.never)
      yield* track(tracker, one)
      yield* tracker.untrack(owner, one)
      yield* settle
      assert.deepStrictEqual(counts, { polls: 1, cancels: 0, interrupted: 1 })
    })
  )

  it.effect("ends as lost when it was seen and is not found any more", () =>
    Effect.gen(function* () {
      const { forget, set, tracker } = yield* setup
      const told = yield* follow(tracker)
      set("op-1", { state: "running", kind: "upload" })
      yield* track(tracker, one)
      forget("op-1")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(shortly(told), ["op-1 running", "op-1 lost"])
      const [, lost] = told
      assert.strictEqual(lost !== undefined && "type" in lost && lost.type, "operation.lost")
      assert.strictEqual((yield* tracker.get(one)).kind, "upload")
    })
  )

  it.effect("is waited for a quarter of an hour if it is not found at first, and is lost then, which it says", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      const told = yield* follow(tracker)
      set("op-1", new OperationNotFound())
      yield* track(tracker, one, two)
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(told, [])
      set("op-1", { state: "running" })
      yield* TestClock.adjust("6 minutes")
      assert.deepStrictEqual(shortly(told), ["op-1 running", "op-2 lost"])
      assert.include((yield* tracker.get(two)).description, "never knew")
      assert.isAtMost(counts.polls, 150)
    })
  )

  it.effect("is polled again after a mistake of ours", () =>
    Effect.gen(function* () {
      const { holdUntil, set, tracker } = yield* setup
      holdUntil(Effect.die("a mistake"))
      yield* track(tracker, one)
      holdUntil(Effect.void)
      set("op-1", { state: "running" })
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(yield* stateOf(tracker, one), "running")
    })
  )
})

describe("a summary", () => {
  it.effect("waits until all is done, and answers at once if nothing is tracked", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      const labels = { run: "1" }
      const nothing = yield* tracker.summary(owner, labels, { wait: Duration.hours(1) })
      assert.deepStrictEqual([nothing.total, nothing.done], [0, 0])
      set("op-1", { state: "running" })
      set("op-2", { state: "running" })
      yield* tracker.track([
        { owner, reference: one, labels },
        { owner, reference: two, labels }
      ])
      yield* settle
      const waiting = yield* Effect.forkChild(tracker.summary(owner, labels, { wait: Duration.hours(1) }))
      set("op-1", { state: "succeeded", partial: true })
      yield* TestClock.adjust("1 minute")
      assert.isUndefined(waiting.pollUnsafe())
      set("op-2", { state: "cancelled" })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(waiting), {
        total: 2,
        done: 2,
        succeeded: 1,
        failed: 0,
        partial: 1,
        cancelled: 1,
        lost: 0
      })
    })
  )

  it.effect("answers with how it stands when time is up, and when what was left is not tracked any more", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      const impatient = yield* Effect.forkChild(tracker.summary(owner, {}, { wait: Duration.seconds(30) }))
      const patient = yield* Effect.forkChild(tracker.summary(owner, {}, { wait: Duration.hours(1) }))
      yield* TestClock.adjust("29 seconds")
      assert.isUndefined(impatient.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual((yield* Fiber.join(impatient)).done, 0)
      yield* tracker.untrack(owner, one)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual((yield* Fiber.join(patient)).total, 0)
    })
  )
})

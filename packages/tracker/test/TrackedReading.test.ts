import { assert, describe, it } from "@effect/vitest"
import { Unauthenticated } from "@opwatch/core/ProviderError"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { follow, owner, setup, settle, shortly, stateOf, states, track, watch } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")
const two = InMemoryProvider.reference("op-2")

describe("what is tracked and watched", () => {
  it.effect("is polled by one loop when it is watched first, and what is known then is stored", () =>
    Effect.gen(function* () {
      const alone = yield* setup
      alone.set("op-1", { state: "running" })
      yield* watch(alone.tracker, one)
      yield* TestClock.adjust("1 minute")

      const { counts, set, store, tracker } = yield* setup
      set("op-1", { state: "running" })
      const { events } = yield* watch(tracker, one)
      assert.isTrue(Option.isNone(yield* store.get(one)))
      yield* Effect.forkChild(track(tracker, one))
      yield* settle
      assert.strictEqual(yield* stateOf(tracker, one), "running")
      yield* TestClock.adjust("1 minute")
      assert.isAtMost(counts.polls, alone.counts.polls + 1)
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual([...new Set(states(events))], ["running", "succeeded"])
      assert.strictEqual(yield* stateOf(tracker, one), "succeeded")
    })
  )

  it.effect("is told those who watch from what is known, with the time of the last poll", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      yield* TestClock.adjust("1 hour")
      const polls = counts.polls
      const { events } = yield* watch(tracker, one)
      assert.strictEqual(counts.polls, polls)
      const observed = (yield* tracker.get(one)).observedAt
      assert.isAbove(Date.parse(observed), Date.parse("1970-01-01T00:50:00Z"))
      assert.deepStrictEqual(
        events.map((event) => event._tag === "Observed" && [event.changed, event.operation.observedAt]),
        [[true, observed]]
      )
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(
        [...new Set(events.slice(1).map((event) => event._tag === "Observed" && event.changed))],
        [false]
      )
    })
  )

  it.effect("goes on for those who watch when nobody tracks it any more, in memory alone", () =>
    Effect.gen(function* () {
      const { counts, set, store, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      const { events, fiber } = yield* watch(tracker, one)
      yield* tracker.untrack(owner, one)
      const polls = counts.polls
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.isAbove(counts.polls, polls)
      assert.strictEqual(states(events).at(-1), "succeeded")
      assert.strictEqual(Option.getOrThrow(yield* store.get(one)).operation.state, "running")
    })
  )

  it.effect("tells those who watch of setbacks and goes on, where it would give up if it was only watched", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", new Unauthenticated())
      yield* track(tracker, one)
      const { events } = yield* watch(tracker, one)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual([...new Set(states(events))], ["Setback"])
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(states(events).at(-1), "succeeded")
    })
  )
})

describe("those who ask for what is tracked", () => {
  it.effect("get what is known without a poll, or the provider's answer, shared with a poll under way", () =>
    Effect.gen(function* () {
      const { counts, holdUntil, set, tracker } = yield* setup
      const gate = yield* Deferred.make<void>()
      set("op-1", { state: "running" })
      holdUntil(Deferred.await(gate))
      yield* track(tracker, one)
      const asking = yield* Effect.forkChild(tracker.get(one, { maxAge: Duration.zero }))
      yield* settle
      yield* Deferred.succeed(gate, undefined)
      yield* settle
      assert.strictEqual((yield* Fiber.join(asking)).state, "running")
      assert.strictEqual(counts.polls, 1)
      set("op-1", { state: "rolling_back" })
      assert.strictEqual((yield* tracker.get(one)).state, "running")
      const now = yield* Effect.forkChild(tracker.get(one, { maxAge: Duration.zero }))
      yield* settle
      assert.strictEqual((yield* Fiber.join(now)).state, "rolling_back")
      assert.strictEqual(yield* stateOf(tracker, one), "rolling_back")
    })
  )

  it.effect("wait for the first poll, a little, and then get that nothing is known", () =>
    Effect.gen(function* () {
      const { holdUntil, set, tracker } = yield* setup
      const gate = yield* Deferred.make<void>()
      set("op-1", { state: "running" })
      holdUntil(Deferred.await(gate))
      yield* track(tracker, one, two)
      const asking = yield* Effect.forkChild(tracker.get(one))
      const impatient = yield* Effect.forkChild(tracker.get(two))
      yield* TestClock.adjust("1 second")
      assert.isUndefined(asking.pollUnsafe())
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* Fiber.join(asking)).state, "running")
      assert.strictEqual((yield* Fiber.join(impatient)).state, "unknown")
      assert.strictEqual((yield* tracker.get(two)).state, "unknown")
      const waiting = yield* Effect.forkChild(tracker.wait(two, Duration.seconds(10)))
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual((yield* Fiber.join(waiting)).state, "unknown")
    })
  )

  it.effect("get the whole result that the store left out if they ask the provider", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      const result = "x".repeat(100_000)
      set("op-1", { state: "succeeded", result })
      yield* track(tracker, one)
      assert.isUndefined((yield* tracker.get(one)).result)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* tracker.get(one, { maxAge: Duration.zero })).result, result)
    })
  )

  it.effect("and wait, are answered when it is stored that it has ended", () =>
    Effect.gen(function* () {
      const { fault, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      const waiting = yield* Effect.forkChild(tracker.wait(one, Duration.hours(1)))
      yield* settle
      fault("away")
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("10 minutes")
      assert.isUndefined(waiting.pollUnsafe())
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(waiting)).state, "succeeded")
    })
  )

  it.effect("and cancel, are named in its history", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      const told = yield* follow(tracker)
      set("op-1", { state: "rolling_back" })
      yield* Effect.forkChild(tracker.cancel(one, "other"))
      yield* settle
      const { items, next } = yield* tracker.history(owner, one, { limit: 10 })
      assert.deepStrictEqual(
        items.map(({ operation, owner, type }) => [type, operation.state, owner]),
        [
          ["operation.changed", "running", undefined],
          ["operation.changed", "rolling_back", undefined],
          ["operation.cancelRequested", "rolling_back", "other"]
        ]
      )
      assert.isUndefined(next)
      assert.deepStrictEqual(shortly(told), ["op-1 rolling_back"])
      const first = yield* tracker.history(owner, one, { limit: 2 })
      assert.deepStrictEqual([first.items.length, first.next], [2, "2"])
      assert.strictEqual((yield* tracker.history(owner, one, { limit: 2, after: first.next })).items.length, 1)
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as Health from "../src/Health.ts"
import { at, follow, owner, setup, settle, shortly, stateOf, states, track, watch } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")
const two = InMemoryProvider.reference("op-2")

describe("a store that fails", () => {
  it.effect("keeps nobody waiting who asks the provider", () =>
    Effect.gen(function* () {
      const { fault, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      fault("away")
      set("op-1", { state: "rolling_back" })
      const asking = yield* Effect.forkChild(tracker.get(one, { maxAge: Duration.zero }))
      const cancelling = yield* Effect.forkChild(tracker.cancel(one, owner))
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* Fiber.join(asking)).state, "rolling_back")
      assert.strictEqual((yield* Fiber.join(cancelling)).state, "rolling_back")
      fault("none")
      yield* TestClock.adjust("10 seconds")
      const { items } = yield* tracker.history(owner, one, { limit: 10 })
      assert.deepStrictEqual(items.map(({ type }) => type).toSorted(), [
        "operation.cancelRequested",
        "operation.changed",
        "operation.changed"
      ])
    })
  )

  it.effect("has what it tracks polled, and what it does not left alone, whatever it said about it", () =>
    Effect.gen(function* () {
      const { counts, fault, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      fault("mute")
      yield* Effect.flip(tracker.track([{ owner, reference: one, deadline: at(60_000) }]))
      fault("none")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(yield* stateOf(tracker, one), "running")
      assert.strictEqual(Option.getOrThrow(yield* tracker.tracked(owner, one)).overdue, true)
      fault("mute")
      yield* Effect.flip(tracker.untrack(owner, one))
      fault("none")
      yield* settle
      const polls = counts.polls
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(counts.polls, polls)
    })
  )

  it.effect("and is slow, does what was asked for by those who left too", () =>
    Effect.gen(function* () {
      const { fault, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      fault("slow")
      const tracking = yield* Effect.forkChild(track(tracker, one))
      yield* TestClock.adjust("500 millis")
      yield* Effect.forkChild(Fiber.interrupt(tracking))
      yield* TestClock.adjust("10 seconds")
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* stateOf(tracker, one), "running")
    })
  )

  it.effect("lets those who watch know how it stands by the next poll", () =>
    Effect.gen(function* () {
      const { fault, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      fault("away")
      const { events } = yield* watch(tracker, one)
      assert.deepStrictEqual(events, [])
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual([...new Set(states(events))], ["running"])
    })
  )

  it.effect("makes the tracker say that it is not ready; polls of what changed wait, the others go on", () =>
    Effect.gen(function* () {
      const { counts, fault, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      set("op-2", { state: "running" })
      yield* track(tracker, one, two)
      const told = yield* follow(tracker, { after: "0" })
      fault("away")
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("10 minutes")
      const polls = counts.polls
      assert.deepStrictEqual(yield* tracker.health, Health.NotReady({ reason: "the store: the database is away" }))
      assert.strictEqual((yield* Effect.flip(tracker.track([{ owner, reference: one }])))._tag, "StoreError")
      assert.strictEqual((yield* tracker.get(two)).state, "running")
      yield* TestClock.adjust("10 minutes")
      assert.isAbove(counts.polls, polls)
      assert.deepStrictEqual(shortly(told), ["op-1 running", "op-2 running"])
      fault("none")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(shortly(told), ["op-1 running", "op-2 running", "op-1 succeeded"])
      assert.deepStrictEqual(yield* tracker.health, Health.Ready())
    })
  )
})

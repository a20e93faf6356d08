import { assert, describe, it } from "@effect/vitest"
import { Throttled } from "@opwatch/core/ProviderError"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Health from "../src/Health.ts"
import * as MemoryStore from "../src/MemoryStore.ts"
import * as Partition from "../src/Partition.ts"
import {
  at,
  faulty,
  follow,
  mortal,
  owner,
  ownership,
  ready,
  settle,
  shortly,
  start,
  states,
  track,
  watch
} from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")
const many = Array.from({ length: 200 }, (_, index) => InMemoryProvider.reference(`op-${index}`))
const hour = 3_600_000

const setup = Effect.gen(function* () {
  const provider = InMemoryProvider.make()
  const { fault, store } = faulty(yield* MemoryStore.make)
  return { ...provider, fault, store }
})

/** The wall clock, set by so much; the monotonic one goes on. */
const withWallClock = Effect.fnUntraced(function* <A, E, R>(setBy: () => number, effect: Effect.Effect<A, E, R>) {
  const clock = yield* Clock.Clock
  const currentTimeMillisUnsafe = () => clock.currentTimeMillisUnsafe() + setBy()
  return yield* Effect.provideService(effect, Clock.Clock, {
    ...clock,
    currentTimeMillisUnsafe,
    currentTimeMillis: Effect.sync(currentTimeMillisUnsafe)
  })
})

describe("after a restart", () => {
  it.effect("all that goes on is polled again, each by its age and not all at once, and nothing that has ended", () =>
    Effect.gen(function* () {
      const { counts, set, sources, store } = yield* setup
      yield* TestClock.setTime(2 * hour)
      for (const { id } of many) set(id, { state: "running", submittedAt: Timestamp.fromMillis(hour) })
      set("op-0", { state: "succeeded" })
      const first = yield* mortal({ sources, store })
      yield* track(first.tracker, ...many)
      yield* TestClock.adjust("1 minute")
      first.crash()
      const before = counts.polls
      yield* ready(yield* start({ sources, store }))
      assert.isAtMost(counts.polls - before, 20)
      yield* TestClock.adjust("50 seconds")
      assert.closeTo(counts.polls - before, 100, 30)
      yield* TestClock.adjust("51 seconds")
      assert.isAtLeast(counts.polls - before, 199)
    })
  )

  it.effect("readers go on where they were, and are told what the crash left untold", () =>
    Effect.gen(function* () {
      const { set, sources, store } = yield* setup
      set("op-1", { state: "running" })
      const first = yield* mortal({ sources, store })
      const told = yield* follow(first.tracker)
      yield* track(first.tracker, one)
      first.crashWriting()
      set("op-1", { state: "rolling_back" })
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(shortly(told), ["op-1 running"])
      const second = yield* start({ sources, store })
      const rest = yield* follow(second, { after: told[0]?.id })
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(shortly(rest), ["op-1 rolling_back", "op-1 succeeded"])
    })
  )

  it.effect("deadlines that passed meanwhile are told of, once", () =>
    Effect.gen(function* () {
      const { set, sources, store } = yield* setup
      set("op-1", { state: "running" })
      const first = yield* mortal({ sources, store })
      yield* first.tracker.track([{ owner, reference: one, deadline: at(60_000) }])
      yield* settle
      first.crash()
      yield* TestClock.adjust("1 hour")
      const second = yield* mortal({ sources, store })
      yield* settle
      second.crash()
      const third = yield* start({ sources, store })
      yield* TestClock.adjust("1 hour")
      const { items } = yield* third.history(owner, one, { limit: 10 })
      assert.deepStrictEqual(
        items.map(({ at, type }) => [type, at.slice(11, 16)]),
        [
          ["operation.changed", "00:00"],
          ["operation.overdue", "01:00"]
        ]
      )
    })
  )

  it.effect("the tracker is not ready before it has read all, however long the store keeps it waiting", () =>
    Effect.gen(function* () {
      const { counts, fault, set, sources, store } = yield* setup
      set("op-1", { state: "running" })
      const first = yield* mortal({ sources, store })
      yield* track(first.tracker, one)
      first.crash()
      const { layer, set: own } = yield* ownership([])
      const second = yield* start({ sources, store, ownership: layer })
      yield* settle
      fault("away")
      yield* own(Array.from({ length: Partition.count }).keys().toArray())
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* second.health)._tag, "NotReady")
      const polls = counts.polls
      fault("none")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* second.health, Health.Ready())
      assert.isAbove(counts.polls, polls)
    })
  )
})

describe("partitions", () => {
  const odd = Array.from({ length: Partition.count / 2 }, (_, index) => 2 * index + 1)
  const even = odd.map((partition) => partition - 1)

  it.effect("are each polled by their owner alone, and go on with the next one", () =>
    Effect.gen(function* () {
      const { counts, set, sources, store } = yield* setup
      for (const { id } of many) set(id, { state: "running" })
      const [left, right] = [yield* ownership(even), yield* ownership(odd)]
      const a = yield* start({ sources, store, ownership: left.layer })
      const b = yield* start({ sources, store, ownership: right.layer })
      yield* track(a, ...many.filter((reference) => Partition.of(reference) % 2 === 0))
      yield* track(b, ...many.filter((reference) => Partition.of(reference) % 2 === 1))
      assert.isAtLeast(counts.polls, 200)
      const alone = yield* setup
      for (const { id } of many) alone.set(id, { state: "running" })
      yield* track(yield* start(alone), ...many)

      yield* TestClock.adjust("1 minute")
      assert.closeTo(counts.polls / alone.counts.polls, 1, 0.05)

      yield* left.set([])
      yield* settle
      const half = counts.polls
      yield* TestClock.adjust("1 minute")
      const rest = counts.polls - half
      yield* right.set([...odd, ...even])
      yield* TestClock.adjust("1 minute")
      assert.closeTo((counts.polls - half - rest) / rest, 1.5, 0.4)
      for (const { id } of many) set(id, { state: "succeeded" })
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual((yield* b.summary(owner, {})).succeeded, 200)
    })
  )

  it.effect("of others are watched and read about as well", () =>
    Effect.gen(function* () {
      const { counts, set, sources, store } = yield* setup
      set("op-1", { state: "running" })
      const here = [Partition.of(one)]
      const a = yield* start({ sources, store, ownership: (yield* ownership(here)).layer })
      const elsewhere = odd.concat(even).filter((partition) => !here.includes(partition))
      const b = yield* start({ sources, store, ownership: (yield* ownership(elsewhere)).layer })
      const told = yield* follow(b)
      yield* track(a, one)
      const { events } = yield* watch(b, one)
      yield* TestClock.adjust("10 seconds")
      const polls = counts.polls
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(counts.polls, polls + 1)
      assert.deepStrictEqual([...new Set(states(events))], ["running", "succeeded"])
      assert.deepStrictEqual(shortly(told), ["op-1 running", "op-1 succeeded"])
    })
  )
})

describe("a wall clock that is set", () => {
  it.effect.each([-5, 5])("by %d hours makes no storm of polls, and nothing is forgotten", (hours) =>
    Effect.gen(function* () {
      let setBy = 0
      const { counts, set, sources, store } = yield* setup
      for (const { id } of many.slice(0, 20)) set(id, { state: "running" })
      yield* withWallClock(
        () => setBy,
        Effect.gen(function* () {
          yield* TestClock.setTime(24 * hour)
          const tracker = yield* start({ sources, store })
          yield* track(tracker, ...many.slice(0, 10))
          yield* TestClock.adjust("1 hour")
          const before = counts.polls
          setBy = hours * hour
          yield* track(tracker, ...many.slice(10, 20))
          yield* TestClock.adjust("1 hour")
          assert.isAtMost(counts.polls - before, 2 * before)
          for (const { id } of many.slice(0, 20)) set(id, { state: "succeeded" })
          yield* TestClock.adjust("5 minutes")
          assert.strictEqual((yield* tracker.summary(owner, {})).succeeded, 20)
        })
      )
    })
  )
})

describe("a source that throttles", () => {
  it.effect("is left alone as long as it asks, with all its operations", () =>
    Effect.gen(function* () {
      const { counts, set, sources, store } = yield* setup
      for (const { id } of many) set(id, { state: "running" })
      const tracker = yield* start({ sources, store })
      yield* track(tracker, ...many)
      yield* TestClock.adjust("10 seconds")
      set("op-7", new Throttled({ retryAfterMillis: 600_000 }))
      yield* TestClock.adjust("10 seconds")
      const polls = counts.polls
      yield* TestClock.adjust("9 minutes")
      assert.strictEqual(counts.polls, polls)
      set("op-7", { state: "running" })
      yield* TestClock.adjust("2 minutes")
      assert.isAtLeast(counts.polls, polls + 200)
    })
  )
})

describe("a tracker that stops", () => {
  it.effect("begins no poll, stores what those under way give, and ends what it tells", () =>
    Effect.gen(function* () {
      const { counts, holdUntil, set, sources, store } = yield* setup
      set("op-1", { state: "running" })
      const { scope, tracker } = yield* mortal({ sources, store })
      yield* track(tracker, one)
      const reading = yield* Effect.forkChild(Stream.runDrain(tracker.changes(owner)))
      const watching = yield* Effect.forkChild(Stream.runDrain(tracker.watch(one)))
      const gate = yield* Deferred.make<void>()
      set("op-1", { state: "rolling_back" })
      holdUntil(Deferred.await(gate))
      yield* TestClock.adjust("1 minute")
      const polls = counts.polls
      const stopping = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      yield* settle
      assert.isUndefined(stopping.pollUnsafe())
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(stopping)
      yield* Fiber.join(reading)
      yield* Fiber.join(watching)
      assert.strictEqual(counts.polls, polls)
      const next = yield* start({ sources, store })
      assert.strictEqual((yield* next.list({ owner, limit: 10 })).items[0]?.state, "rolling_back")
    })
  )

  it.effect("does not wait long for a poll without an answer", () =>
    Effect.gen(function* () {
      const { counts, holdUntil, set, sources, store } = yield* setup
      set("op-1", { state: "running" })
      holdUntil(Effect.never)
      const { scope, tracker } = yield* mortal({ sources, store })
      yield* track(tracker, one)
      const stopping = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(stopping)
      assert.strictEqual(counts.interrupted, 1)
    })
  )
})

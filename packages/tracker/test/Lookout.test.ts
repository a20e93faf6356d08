import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as MemoryStore from "../src/MemoryStore.ts"
import * as Partition from "../src/Partition.ts"
import {
  at,
  faulty,
  follow,
  owner,
  ownership,
  ready,
  settle,
  shortly,
  start,
  stateOf,
  states,
  track,
  watch
} from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")

/** Two servers on one store: `theirs` has the partition of `op-1`, `ours` has none. The bell rings by hand. */
const two = Effect.gen(function* () {
  const rings = yield* PubSub.unbounded<void>()
  const memory = yield* MemoryStore.make
  let looks = 0
  const touched: typeof memory.touched = (page) => {
    looks += 1
    return memory.touched(page)
  }
  const { fault, store } = faulty({ ...memory, touched, bell: Stream.fromPubSub(rings) })
  const open = Effect.fnUntraced(function* (partitions: ReadonlyArray<number>) {
    const provider = InMemoryProvider.make()
    provider.set("op-1", { state: "running" })
    const { layer } = yield* ownership(partitions)
    const tracker = yield* start({ sources: provider.sources, store, ownership: layer })
    yield* ready(tracker)
    return { ...provider, tracker }
  })
  return {
    ours: yield* open([]),
    theirs: yield* open([Partition.of(one)]),
    fault,
    store,
    looks: () => looks,
    ring: Effect.andThen(PubSub.publish(rings, undefined), settle),
    ringOnly: Effect.andThen(PubSub.publish(rings, undefined), TestClock.adjust("10 millis"))
  }
})

describe("what one server is told, another that has the partition does:", () => {
  it.effect("it polls what is tracked as soon as the bell rings, and what comes of that reaches readers of both", () =>
    Effect.gen(function* () {
      const { ours, ring, theirs } = yield* two
      const told = yield* follow(ours.tracker)
      yield* track(ours.tracker, one)
      assert.strictEqual(theirs.counts.polls, 0)
      yield* ring
      assert.strictEqual(theirs.counts.polls, 1)
      yield* ring
      assert.deepStrictEqual(shortly(told), ["op-1 running"])
      assert.strictEqual(ours.counts.polls, 0)
    })
  )

  it.effect("it does so within a second where the bell is silent", () =>
    Effect.gen(function* () {
      const { ours, theirs } = yield* two
      yield* track(ours.tracker, one)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(theirs.counts.polls, 1)
    })
  )

  it.effect("it looks every 50 milliseconds at most, however often the bell rings", () =>
    Effect.gen(function* () {
      const { looks, ringOnly } = yield* two
      yield* Effect.repeat(ringOnly, { times: 99 })
      assert.isAtLeast(looks(), 2 * 15)
      assert.isAtMost(looks(), 2 * 21)
    })
  )

  it.effect("it tells when a deadline has passed that was set or replaced", () =>
    Effect.gen(function* () {
      const { ours, theirs } = yield* two
      const told = yield* follow(theirs.tracker)
      yield* track(ours.tracker, one)
      yield* TestClock.adjust("2 seconds")
      yield* ours.tracker.track([{ owner, reference: one, deadline: at(20_000) }])
      yield* TestClock.adjust("2 seconds")
      yield* ours.tracker.track([{ owner, reference: one, deadline: at(10_000) }])
      yield* TestClock.adjust("7 seconds")
      assert.deepStrictEqual(
        told.map((event) => ("_tag" in event ? event._tag : event.type)),
        ["operation.changed", "operation.overdue"]
      )
    })
  )

  it.effect("it polls no more what nobody tracks", () =>
    Effect.gen(function* () {
      const { ours, ring, theirs } = yield* two
      yield* track(ours.tracker, one)
      yield* ring
      yield* ours.tracker.untrack(owner, one)
      yield* ring
      const { polls } = theirs.counts
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(theirs.counts.polls, polls)
    })
  )

  it.effect("it polls on what another owner tracks still", () =>
    Effect.gen(function* () {
      const { ours, ring, theirs } = yield* two
      yield* ours.tracker.track([owner, "other"].map((owner) => ({ owner, reference: one })))
      yield* ours.tracker.untrack(owner, one)
      yield* ring
      const told = yield* follow(ours.tracker, {}, "other")
      theirs.set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(shortly(told), ["op-1 running", "op-1 succeeded"])
    })
  )
})

describe("an untracking at another server", () => {
  it.effect("is told to those who wait for it, and to no other owner", () =>
    Effect.gen(function* () {
      const { ours, ring, theirs } = yield* two
      yield* ours.tracker.track([owner, "other"].map((owner) => ({ owner, reference: one })))
      const wait = (owner: string) => Effect.forkChild(theirs.tracker.untracked(owner, one), { startImmediately: true })
      const [mine, others] = [yield* wait(owner), yield* wait("other")]
      yield* ring
      assert.deepStrictEqual([mine.pollUnsafe(), others.pollUnsafe()], [undefined, undefined])
      yield* ours.tracker.untrack(owner, one)
      yield* ring
      assert.isTrue(mine.pollUnsafe()?._tag === "Success")
      assert.isUndefined(others.pollUnsafe())
    })
  )

  it.effect("leaves the polls to those who watch it", () =>
    Effect.gen(function* () {
      const { ours, ring, theirs } = yield* two
      yield* track(theirs.tracker, one)
      const { events } = yield* watch(ours.tracker, one)
      yield* theirs.tracker.untrack(owner, one)
      yield* ring
      ours.set("op-1", { state: "failed" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(states(events).at(-1), "failed")
    })
  )
})

describe("a store that fails", () => {
  it.effect("has what was tracked meanwhile seen once it is mended", () =>
    Effect.gen(function* () {
      const { fault, ours, ring, store, theirs } = yield* two
      yield* track(ours.tracker, one)
      fault("away")
      yield* ring
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(theirs.counts.polls, 0)
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* stateOf(theirs.tracker, one), "running")
      assert.strictEqual(yield* store.lastTouch, 1)
    })
  )
})

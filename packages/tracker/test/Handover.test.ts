import { assert, describe, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as MemoryStore from "../src/MemoryStore.ts"
import * as Partition from "../src/Partition.ts"
import { Runner } from "../src/Runner.ts"
import { faulty, ownership, ready, settle, stateOf, start, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")
const here = Partition.of(one)

/** A tracker that has polled an operation of this age just now, and one that owns nothing yet. */
const two = Effect.fnUntraced(function* (age: Duration.Input = "10 minutes") {
  const { fault, store } = faulty(yield* MemoryStore.make)
  const open = Effect.fnUntraced(function* (address: string, partitions: ReadonlyArray<number>) {
    const provider = InMemoryProvider.make()
    provider.set("op-1", { state: "running" })
    const { layer, released, set: own } = yield* ownership(partitions)
    const scope = yield* Scope.make()
    const tracker = yield* start({ sources: provider.sources, store, ownership: layer }).pipe(
      Effect.provideService(Runner, { address, version: "1.2.3", leaseMillis: 6_000 }),
      Scope.provide(scope)
    )
    const stop = Scope.close(scope, Exit.void)
    return { ...provider, own, released, stop, tracker }
  })
  const leaver = yield* open("a:1", [here])
  yield* ready(leaver.tracker)
  yield* track(leaver.tracker, one)
  yield* TestClock.adjust(age)
  const { polls } = leaver.counts
  yield* Effect.repeat(TestClock.adjust("100 millis"), { until: () => leaver.counts.polls > polls })
  const next = yield* open("b:2", [])
  yield* settle
  return { leaver, next, fault, store }
})

/** Waits for a poll, in seconds. */
const waited = Effect.fnUntraced(function* (polls: () => number) {
  const before = polls()
  for (let seconds = 0; ; seconds++) {
    if (polls() > before) return seconds
    yield* TestClock.adjust("1 second")
  }
})

describe("a partition that is handed over", () => {
  it.effect("is polled by its next owner when it was due, and not before", () =>
    Effect.gen(function* () {
      const { leaver, next } = yield* two()
      yield* TestClock.adjust("10 seconds")
      const { polls } = leaver.counts
      yield* leaver.own([])
      yield* settle
      assert.deepStrictEqual(leaver.released, [here])
      yield* next.own([here])
      yield* settle
      const seconds = yield* waited(() => next.counts.polls)
      /** At this age a poll comes each 31 to 52 seconds. */
      assert.isAbove(seconds, 19)
      assert.isBelow(seconds, 43)
      assert.strictEqual(leaver.counts.polls, polls)
    })
  )

  it.effect("is polled by who had it until another claims it, and stored", () =>
    Effect.gen(function* () {
      const { leaver, next } = yield* two("100 millis")
      yield* TestClock.adjust("1 second")
      yield* leaver.own([])
      leaver.set("op-1", { state: "rolling_back" })
      const stopping = yield* Effect.forkScoped(leaver.stop)
      assert.isBelow(yield* waited(() => leaver.counts.polls), 3)
      yield* settle
      assert.strictEqual(yield* stateOf(next.tracker, one), "rolling_back")
      assert.isUndefined(stopping.pollUnsafe())
      const { polls } = leaver.counts
      yield* next.own([here])
      yield* TestClock.adjust("200 millis")
      assert.isDefined(stopping.pollUnsafe())
      yield* TestClock.adjust("1 minute")
      assert.isAbove(next.counts.polls, 5)
      assert.strictEqual(leaver.counts.polls, polls)
    })
  )

  it.effect("counts in the part of what sources allow until it is let go", () =>
    Effect.gen(function* () {
      const { leaver } = yield* two()
      yield* leaver.own([here, (here + 1) % Partition.count])
      yield* settle
      assert.strictEqual(leaver.tracker.share(), 2 / Partition.count)
      yield* leaver.own([])
      yield* settle
      assert.strictEqual(leaver.tracker.share(), 2 / Partition.count)
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(leaver.tracker.share(), 1 / Partition.count)
    })
  )

  it.effect("is not polled on while nobody else is there to claim it", () =>
    Effect.gen(function* () {
      const { leaver, next } = yield* two()
      yield* next.stop
      yield* leaver.own([])
      const stopping = yield* Effect.forkScoped(leaver.stop)
      yield* settle
      assert.isDefined(stopping.pollUnsafe())
    })
  )

  it.effect("is let go after three seconds if nobody claims it, or at once if the store is away", () =>
    Effect.gen(function* () {
      const { fault, leaver, store } = yield* two()
      yield* leaver.own([])
      const stopping = yield* Effect.forkScoped(leaver.stop)
      yield* TestClock.adjust("2900 millis")
      assert.isUndefined(stopping.pollUnsafe())
      yield* TestClock.adjust("200 millis")
      yield* Fiber.join(stopping)

      const other = yield* two()
      other.fault("away")
      yield* other.leaver.own([])
      yield* settle
      assert.deepStrictEqual(other.leaver.released, [here])
      yield* other.leaver.stop
      assert.strictEqual((yield* store.tenures).get(here), 1)
      fault("none")
    })
  )

  it.effect("and owned again before anybody took over is claimed anew, and polled as planned", () =>
    Effect.gen(function* () {
      const { leaver, store } = yield* two()
      yield* leaver.own([])
      yield* settle
      yield* leaver.own([here])
      yield* settle
      assert.strictEqual((yield* store.tenures).get(here), 2)
      const seconds = yield* waited(() => leaver.counts.polls)
      assert.isAbove(seconds, 29)
      assert.isBelow(seconds, 53)
    })
  )
})

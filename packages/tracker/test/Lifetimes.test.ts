import { assert, describe, it } from "@effect/vitest"
import * as Durations from "@opwatch/core/Durations"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Entries from "../src/Entries.ts"
import * as Health from "../src/Health.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Lifetimes from "../src/Lifetimes.ts"
import * as MemoryStore from "../src/MemoryStore.ts"
import { at, mortal, owner, setup, settle, start, track, watch } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"
import { source } from "./Samples.ts"

const one = InMemoryProvider.reference("op-1")
const kind = { source, kind: "upload" }
const running = { state: "running", kind: "upload", submittedAt: at(0) } as const

describe("what was seen to go on and to end", () => {
  it.effect("is learned once, tracked or watched, by the provider's own times", () =>
    Effect.gen(function* () {
      const { set, store, tracker } = yield* setup
      set("op-1", running)
      set("op-2", running)
      yield* track(tracker, one)
      yield* watch(tracker, InMemoryProvider.reference("op-2"))
      for (const id of ["op-1", "op-2"]) set(id, { ...running, state: "failed", finishedAt: at(30_000) })
      yield* TestClock.adjust("1 minute")
      const { count, ended } = tracker.durations.history(kind)
      assert.strictEqual(count, 2)
      assert.strictEqual(ended.at.length, 1)
      assert.deepStrictEqual(yield* store.durations, [{ ...kind, history: tracker.durations.history(kind) }])
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(tracker.durations.history(kind).count, 2)
    })
  )

  it.effect("and left by all who wanted it, counts as having lasted until it was seen last", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", running)
      yield* track(tracker, one)
      yield* TestClock.adjust("1 minute")
      yield* tracker.untrack(owner, one)
      yield* TestClock.adjust("5 seconds")
      const { count, left } = tracker.durations.history(kind)
      assert.deepStrictEqual([count, left.long], [0, [1]])
    })
  )

  it.effect("is nothing where the end was all that was seen", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { ...running, state: "succeeded", finishedAt: at(0) })
      yield* track(tracker, one)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(tracker.durations.kinds(), [])
    })
  )

  it.effect("is kept when the tracker stops, and known to the next one", () =>
    Effect.gen(function* () {
      const { set, sources, store } = yield* setup
      set("op-1", running)
      const { scope, tracker } = yield* mortal({ sources, store })
      yield* track(tracker, one)
      set("op-1", { ...running, state: "succeeded" })
      yield* TestClock.adjust("3 seconds")
      const stopping = yield* Effect.forkChild(Scope.close(scope, Exit.void))
      yield* settle
      yield* Fiber.join(stopping)
      const next = yield* start({ sources, store })
      yield* settle
      assert.strictEqual(next.durations.history(kind).count, 1)
    })
  )

  it.effect("waits while the store is away, the latest of it", () =>
    Effect.gen(function* () {
      const back = yield* Deferred.make<void>()
      const memory = yield* MemoryStore.make
      const learned: Array<number> = []
      const durations = Durations.make()
      const lifetimes = yield* Lifetimes.make({
        store: {
          durations: memory.durations,
          learn: (some) => {
            learned.push(some.length)
            return Effect.andThen(Deferred.await(back), memory.learn(some))
          }
        },
        monitor: Health.make(),
        entries: Entries.make({ operations: () => {} }),
        kinds: Kinds.make(),
        durations
      })
      const add = (millis: number) => lifetimes.add({ ...kind, millis, isOver: true })
      add(60_000)
      yield* TestClock.adjust("6 seconds")
      for (let index = 0; index < 6_000; index++) add(index < 1_000 ? 1_000 : 60_000)
      yield* Deferred.succeed(back, undefined)
      yield* Effect.repeat(settle, { until: () => learned.length === 11, times: 100 })
      assert.deepStrictEqual(learned, [1, ...Array.from({ length: 10 }, () => 500)])
      assert.strictEqual(durations.history(kind).ended.at.length, 1)
    })
  )
})

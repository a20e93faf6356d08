import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/testing/TestClock"
import * as MemoryStore from "../src/MemoryStore.ts"
import { Ownership } from "../src/Ownership.ts"
import * as Partition from "../src/Partition.ts"
import { faulty, follow, owner, ownership, ready, settle, shortly, start, stateOf, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")
const here = Partition.of(one)
const elsewhere = Array.from({ length: Partition.count }).keys().toArray().toSpliced(here, 1)

/** One that was held up and still believes that it owns the partition, and one that has taken over. */
const staleAndNext = Effect.gen(function* () {
  const store = yield* MemoryStore.make
  const open = Effect.gen(function* () {
    const provider = InMemoryProvider.make()
    provider.set("op-1", { state: "running" })
    const { layer, set: own } = yield* ownership([here])
    const tracker = yield* start({ sources: provider.sources, store, ownership: layer })
    yield* ready(tracker)
    return { ...provider, own, tracker }
  })
  const stale = yield* open
  yield* track(stale.tracker, one)
  return { stale, next: yield* open }
})

const fenced = Effect.map(Metric.snapshot, (metrics) =>
  metrics.flatMap((metric) =>
    metric.id === "opwatch_fenced_total" && metric.type === "Counter" ? [metric.state.count] : []
  )
)

describe("an owner whose partition another has claimed", () => {
  it.effect("stores nothing and tells nothing, and leaves the rest to the other", () =>
    Effect.gen(function* () {
      const { next, stale } = yield* staleAndNext
      const told = yield* follow(stale.tracker)
      stale.set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("4 seconds")
      assert.deepStrictEqual(yield* fenced, [1])
      assert.strictEqual(yield* stateOf(next.tracker, one), "running")
      const polls = stale.counts.polls
      yield* stale.own([])
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(stale.counts.polls, polls)
      next.set("op-1", { state: "failed" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* stateOf(next.tracker, one), "failed")
      assert.deepStrictEqual(shortly(told), ["op-1 failed"])
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )

  it.effect("claims it again if it still owns it after a while, as the other was late", () =>
    Effect.gen(function* () {
      const { next, stale } = yield* staleAndNext
      yield* next.own([])
      stale.set("op-1", { state: "rolling_back" })
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(yield* stateOf(stale.tracker, one), "running")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* stateOf(stale.tracker, one), "rolling_back")
    })
  )
})

describe("a partition that is gained", () => {
  it.effect("is claimed with those that come meanwhile, and polled then, with what was tracked until then", () =>
    Effect.gen(function* () {
      const provider = InMemoryProvider.make()
      provider.set("op-1", { state: "running" })
      const memory = yield* MemoryStore.make
      const mayClaim = yield* Deferred.make<void>()
      const claims: Array<number> = []
      const store = {
        ...memory,
        claim: (partitions: ReadonlySet<number>) => {
          claims.push(partitions.size)
          return Effect.andThen(Deferred.await(mayClaim), memory.claim(partitions))
        }
      }
      const { layer } = yield* ownership([...elsewhere, here])
      const tracker = yield* start({ sources: provider.sources, store, ownership: layer })
      yield* track(tracker, one)
      yield* tracker.untrack(owner, one)
      yield* track(tracker, one)
      assert.strictEqual(provider.counts.polls, 0)
      yield* Deferred.succeed(mayClaim, undefined)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* stateOf(tracker, one), "running")
      assert.deepStrictEqual(claims, [1, Partition.count - 1])
    })
  )

  it.effect("and lost while the store is away is not claimed", () =>
    Effect.gen(function* () {
      const memory = yield* MemoryStore.make
      const { fault, store } = faulty(memory)
      const { layer, set: own } = yield* ownership([])
      yield* start({ sources: InMemoryProvider.make().sources, store, ownership: layer })
      yield* settle
      fault("away")
      yield* own([...elsewhere, here])
      yield* TestClock.adjust("1 minute")
      yield* own(elsewhere.slice(1))
      yield* settle
      fault("none")
      yield* TestClock.adjust("1 minute")
      const [first = -1, second = -1] = elsewhere
      assert.deepStrictEqual(
        yield* memory.claim(new Set([first, second, here])),
        new Map([
          [first, 1],
          [second, 2],
          [here, 1]
        ])
      )
    })
  )

  it.effect("and cannot be another's is not claimed", () =>
    Effect.gen(function* () {
      const store = yield* MemoryStore.make
      yield* ready(yield* start({ sources: InMemoryProvider.make().sources, store, ownership: Ownership.all }))
      assert.strictEqual((yield* store.claim(new Set([here]))).get(here), 1)
    })
  )
})

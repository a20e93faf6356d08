import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { Change } from "@opwatch/core/Change"
import * as ChangeFeed from "../src/ChangeFeed.ts"
import * as Committer from "../src/Committer.ts"
import * as Health from "../src/Health.ts"
import * as MemoryStore from "../src/MemoryStore.ts"
import * as Partition from "../src/Partition.ts"
import { faulty, settle } from "./Harness.ts"
import { at, observation, reference, track } from "./Samples.ts"

const setup = Effect.gen(function* () {
  const memory = yield* MemoryStore.make
  const batches: Array<number> = []
  const { fault, store } = faulty({
    ...memory,
    observe: (observations) => {
      batches.push(observations.length)
      return memory.observe(observations)
    }
  })
  const ids = Array.from({ length: 1_600 }, (_, index) => `op-${index}`)
  yield* memory.track(ids.map((id) => track(id)))
  const monitor = Health.make()
  const told: Array<Change> = []
  const feed = yield* ChangeFeed.make({
    store,
    monitor,
    onChange: (change) => {
      told.push(change)
      committer.onChange(change)
    }
  })
  const committer: Committer.Committer = yield* Committer.make({ store, monitor, feed })
  const stored = Effect.map(memory.changes({ after: 0, limit: 10_000 }), ({ changes }) => changes)
  return { store, memory, fault, batches, ids, monitor, told, committer, stored }
})

describe("observations", () => {
  it.effect("gather for some milliseconds and are stored together, at most 500 at once", () =>
    Effect.gen(function* () {
      const { batches, committer, ids, told } = yield* setup
      const few = yield* Effect.forkChild(
        Effect.forEach(ids.slice(0, 3), (id) => committer.observe(observation(id, "pending")), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("4 millis")
      assert.deepStrictEqual(told, [])
      yield* settle
      assert.deepStrictEqual(yield* Fiber.join(few), ["stored", "stored", "stored"])
      yield* Effect.forkChild(
        Effect.forEach(ids, (id) => committer.observe(observation(id, "running")), { concurrency: "unbounded" })
      )
      yield* settle
      assert.deepStrictEqual(batches, [3, 500, 500, 500, 100])
      assert.strictEqual(told.length, 1_603)
    })
  )

  it.effect("are told of only when they are stored, however long the store fails", () =>
    Effect.gen(function* () {
      const { committer, fault, monitor, stored, told } = yield* setup
      fault("away")
      const writing = yield* Effect.forkChild(committer.observe(observation("op-1", "running")))
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(told, [])
      assert.deepStrictEqual(monitor.health(), Health.NotReady({ reason: "the store: the database is away" }))
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* Fiber.join(writing), "stored")
      assert.deepStrictEqual(told, yield* stored)
      assert.deepStrictEqual(monitor.health(), Health.Ready())
    })
  )

  it.effect("are stored once and told of once when the store did what it said it could not", () =>
    Effect.gen(function* () {
      const { committer, fault, stored, told } = yield* setup
      fault("mute")
      const writing = yield* Effect.forkChild(
        Effect.all(
          [committer.observe(observation("op-1", "running")), committer.observe(observation("op-2", "lost"))],
          {
            concurrency: "unbounded"
          }
        )
      )
      yield* TestClock.adjust("1 minute")
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(writing), ["stored", "stored"])
      assert.deepStrictEqual(
        told.map(({ operation, type }) => [operation.id, type]),
        [
          ["op-1", "operation.changed"],
          ["op-2", "operation.lost"]
        ]
      )
      assert.deepStrictEqual(told, yield* stored)
    })
  )

  it.effect("are passed over where nothing is stored, or something has ended", () =>
    Effect.gen(function* () {
      const { committer, memory, told } = yield* setup
      yield* memory.observe([observation("op-1", "succeeded")])
      const writing = yield* Effect.forkChild(
        Effect.all(
          ["op-1", "elsewhere", "op-2"].map((id) => committer.observe(observation(id, "running"))),
          {
            concurrency: "unbounded"
          }
        )
      )
      yield* settle
      assert.deepStrictEqual(yield* Fiber.join(writing), ["refused", "refused", "stored"])
      assert.deepStrictEqual(
        told.map(({ operation }) => operation.id),
        ["op-1", "op-2"]
      )
    })
  )

  it.effect("are dropped where another has claimed their partition, and the rest of them stored", () =>
    Effect.gen(function* () {
      const { committer, fault, memory, stored, told } = yield* setup
      const partition = Partition.of(reference("op-1"))
      const earlier = (yield* memory.claim(new Set([partition]))).get(partition)
      const late = { ...observation("op-1", "succeeded"), tenure: earlier }
      fault("mute")
      const writing = yield* Effect.forkChild(
        Effect.all([committer.observe(late), committer.observe(observation("op-2", "running"))], {
          concurrency: "unbounded"
        })
      )
      yield* memory.claim(new Set([partition]))
      yield* TestClock.adjust("1 minute")
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(writing), ["fenced", "stored"])
      assert.deepStrictEqual(
        told.map(({ operation }) => operation.id),
        ["op-2"]
      )
      assert.deepStrictEqual(told, yield* stored)
    })
  )

  it.effect("hold back more polls while a thousand of them wait", () =>
    Effect.gen(function* () {
      const { committer, fault, ids } = yield* setup
      fault("away")
      yield* Effect.forkChild(
        Effect.forEach(ids.slice(0, 501), (id) => committer.observe(observation(id, "running")), {
          concurrency: "unbounded"
        })
      )
      yield* settle
      assert.isFalse(committer.isFull())
      yield* Effect.forkChild(
        Effect.forEach(ids.slice(501), (id) => committer.observe(observation(id, "running")), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("1 second")
      assert.isTrue(committer.isFull())
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.isFalse(committer.isFull())
    })
  )
})

describe("deadlines and requests to cancel", () => {
  it.effect("are noted once, whatever the store said", () =>
    Effect.gen(function* () {
      const { committer, fault, memory, stored, told } = yield* setup
      yield* memory.track([track("op-1", "team", {}, { deadline: at(10) })])
      fault("mute")
      yield* Effect.forkChild(committer.passDeadlines([reference("op-1")], at(20)))
      yield* Effect.forkChild(committer.noteCancel("team", reference("op-1"), at(30)))
      yield* TestClock.adjust("1 minute")
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(
        told.map(({ owner, type }) => [owner, type]),
        [
          ["team", "operation.overdue"],
          ["team", "operation.cancelRequested"]
        ]
      )
      assert.deepStrictEqual(told, yield* stored)
    })
  )
})

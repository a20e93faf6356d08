/** What the tracker makes of what was learned: when it polls, and when it expects the end. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { at, follow, mortal, owner, settle, setup, start, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"
import { source } from "./Samples.ts"

const one = InMemoryProvider.reference("op-1")
const minute = 60_000
const running = { state: "running", kind: "upload", submittedAt: at(0) } as const

/** Uploads take ten minutes, some seconds more or less. */
const taught = Effect.gen(function* () {
  const { counts, set, sources, store } = yield* setup
  yield* store.learn(
    Array.from({ length: 50 }, (_, index) => ({
      source,
      kind: "upload",
      millis: 10 * minute + 200 * (index - 25),
      isOver: true
    }))
  )
  set("op-1", running)
  const first = yield* mortal({ sources, store })
  yield* track(first.tracker, one)
  return { ...first, counts, set, sources, store }
})

const millisOf = (time: string | undefined) => Date.parse(time ?? "")

describe("an operation of a kind that is known", () => {
  it.effect("is hardly polled before it may end, and soon after it did, also after a restart", () =>
    Effect.gen(function* () {
      const { counts, crash, set, sources, store } = yield* taught
      yield* TestClock.adjust("4 minutes")
      assert.isAtMost(counts.polls, 3)
      crash()
      const tracker = yield* start({ sources, store })
      yield* TestClock.adjust("5 minutes")
      assert.isAtMost(counts.polls, 6)
      const told = yield* follow(tracker)
      yield* TestClock.adjust("1 minute")
      set("op-1", { ...running, state: "succeeded", finishedAt: at(10 * minute) })
      yield* TestClock.adjust("8 seconds")
      assert.strictEqual(told.length, 1)
      assert.isAtMost(counts.polls, 20)
    })
  )

  it.effect("has the end that is expected wherever it is told of, which is no change by itself", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* taught
      const told = yield* follow(tracker, { after: "0" })
      yield* TestClock.adjust("9 minutes")
      const [event] = told
      if (event === undefined || "_tag" in event) return assert.fail("nothing was told")
      assert.closeTo(millisOf(event.operation.expectedEnd), 10 * minute, 5_000)
      assert.isBelow(millisOf(event.operation.expectedEndRange?.earliest), 10 * minute)

      set("op-1", { ...running, submittedAt: at(-5 * minute), description: "older than it seemed" })
      const asking = yield* Effect.forkChild(tracker.get(one, { maxAge: Duration.zero }))
      yield* settle
      const asked = yield* Fiber.join(asking)
      const listed = (yield* tracker.list({ owner, limit: 1 })).items[0]
      assert.isAbove(millisOf(asked.expectedEnd), millisOf(asked.observedAt))
      assert.strictEqual(listed?.expectedEnd, asked.expectedEnd)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(told.length, 2)
      const later = Option.getOrThrow(yield* tracker.tracked(owner, one))
      assert.isAbove(millisOf(later.observedAt), millisOf(asked.observedAt))
      assert.isAbove(millisOf(later.expectedEnd), millisOf(later.observedAt))
      assert.strictEqual((yield* tracker.get(one)).expectedEnd, later.expectedEnd)
      assert.deepStrictEqual((yield* tracker.history(owner, one, { limit: 9 })).items.length, 2)
    })
  )
})

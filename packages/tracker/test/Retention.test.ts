import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import * as Health from "../src/Health.ts"
import * as Retention from "../src/Retention.ts"
import { follow, owner, setup, shortly, start, stateOf, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")
const two = InMemoryProvider.reference("op-2")

const kept = { changesMillis: 86_400_000, operationsMillis: 3 * 86_400_000, changesPerOperation: 3 }

describe("what is past retention", () => {
  it.effect("goes by itself, but never the last state of what is polled", () =>
    Effect.gen(function* () {
      const { set, sources, store, tracker } = yield* setup
      const sequences = Effect.map(store.changes({ after: 0, limit: 99 }), ({ changes }) =>
        changes.map(({ sequence }) => sequence)
      )
      for (const id of ["op-1", "op-2"]) set(id, { state: "pending" })
      yield* track(tracker, one, two)
      set("op-1", { state: "running" })
      set("op-2", { state: "succeeded" })
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* sequences, [1, 2, 3, 4])
      yield* TestClock.adjust("1 day")
      assert.deepStrictEqual((yield* sequences).length, 2)
      assert.strictEqual(yield* stateOf(tracker, two), "succeeded")
      const restarted = yield* start({ sources, store })
      assert.deepStrictEqual(shortly(yield* follow(restarted, { after: "1" })), ["reset"])
      yield* TestClock.adjust("3 days")
      assert.isTrue(Option.isNone(yield* tracker.tracked(owner, two)))
      assert.strictEqual(yield* stateOf(tracker, one), "running")
    }).pipe(Effect.provideService(Retention.Retention, kept))
  )

  it.effect("goes by number too, and as soon as the store lets it", () =>
    Effect.gen(function* () {
      const { fault, set, store, tracker } = yield* setup
      yield* track(tracker, one)
      for (let progress = 0; progress < 9; progress += 1) {
        set("op-1", { state: "running", progress })
        yield* TestClock.adjust("1 minute")
      }
      const count = Effect.map(store.changes({ after: 0, limit: 99 }), ({ changes }) => changes.length)
      const before = yield* count
      assert.isAbove(before, 3)
      fault("away")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* tracker.health)._tag, "NotReady")
      fault("none")
      assert.strictEqual(yield* count, before)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* count, 3)
      assert.deepStrictEqual(yield* tracker.health, Health.Ready())
    }).pipe(Effect.provideService(Retention.Retention, kept))
  )

  it.effect("is not told by a clock that was set forward just now", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      let shift = 0
      const prunes: Array<string> = []
      yield* Retention.enforce({
        monitor: Health.make(),
        store: {
          prune: (_, at) =>
            Effect.as(
              Effect.sync(() => prunes.push(at)),
              0
            )
        }
      }).pipe(
        Effect.provideService(Clock.Clock, {
          ...clock,
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + shift
        })
      )
      yield* TestClock.adjust("15 minutes")
      shift = 365 * 86_400_000
      yield* TestClock.adjust("10 minutes")
      shift = 0
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(prunes, ["1970-01-01T00:10:00.000Z", "1970-01-01T00:30:00.020Z"])
    })
  )
})

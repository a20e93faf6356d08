import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import type { Tracker } from "../src/Tracker.ts"
import { at, follow, owner, setup } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")

describe("a deadline", () => {
  const types = (tracker: Tracker["Service"], by: string) =>
    Effect.map(tracker.history(by, one, { limit: 100 }), ({ items }) => items.map(({ type }) => type))

  it.effect("that passes is told once, to its owner, and the operation goes on", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const told = yield* follow(tracker)
      const others = yield* follow(tracker, {}, "other")
      yield* tracker.track([
        { owner, reference: one, deadline: at(60_000) },
        { owner: "other", reference: one, deadline: at(7_200_000) }
      ])
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(told.length, 1)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(told.length, 2)
      assert.strictEqual(others.length, 1)
      assert.strictEqual(Option.getOrThrow(yield* tracker.tracked(owner, one)).overdue, true)
      yield* TestClock.adjust("3 hours")
      assert.strictEqual(told.length, 2)
      assert.strictEqual(others.length, 2)
      assert.deepStrictEqual(yield* types(tracker, owner), ["operation.changed", "operation.overdue"])
    })
  )
})

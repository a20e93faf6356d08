import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Activity from "../src/Activity.ts"

const times = (count: number, action: () => void) => {
  for (let done = 0; done < count; done++) action()
}

describe("what was polled of late", () => {
  it.effect("is told by the second, with the lateness that one poll in twenty exceeds", () =>
    Effect.gen(function* () {
      const { began, recent } = yield* Activity.make
      assert.deepStrictEqual(recent(), { pollsPerSecond: 0, latenessMillis: 0 })
      times(94, () => began(0.3))
      times(6, () => began(2_000))
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(recent().pollsPerSecond, 10)
      assert.isTrue(recent().latenessMillis >= 2_000 && recent().latenessMillis <= 2_200, `${recent().latenessMillis}`)
      times(20, () => began(0))
      assert.deepStrictEqual(recent(), { pollsPerSecond: 12, latenessMillis: 1 })
    })
  )

  it.effect("is forgotten after half a minute", () =>
    Effect.gen(function* () {
      const { began, recent } = yield* Activity.make
      yield* TestClock.adjust("2 seconds")
      times(60, () => began(50))
      yield* TestClock.adjust("28 seconds")
      assert.strictEqual(recent().pollsPerSecond, 2)
      yield* TestClock.adjust("6 seconds")
      assert.deepStrictEqual(recent(), { pollsPerSecond: 0, latenessMillis: 0 })
    })
  )
})

import { assert, it } from "@effect/vitest"
import { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as Loop from "../src/Loop.ts"

it.effect("goes on after failures and mistakes, and tells when that begins and ends", () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
  return Effect.gen(function* () {
    let count = 0
    const step = Effect.suspend(() => {
      count++
      if (count === 1 || count === 2) return Effect.fail(new StoreError({ reason: "unavailable", message: "away" }))
      if (count === 3) return Effect.die("mistake")
      return Effect.sleep("1 second")
    })
    yield* Effect.forkScoped(Loop.forever("work", step))
    yield* TestClock.adjust("10 seconds")
    assert.isAtLeast(count, 8)
    assert.deepStrictEqual(lines, ["Warn work cannot go on for now", "Info work goes on"])
  }).pipe(Effect.provide(Logger.layer([logger])))
})

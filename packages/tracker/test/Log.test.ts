import { assert, describe, it } from "@effect/vitest"
import { Throttled, Unauthenticated, Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import { setup, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")

const logged = () => {
  const lines: Array<string> = []
  const layer = Logger.layer([
    Logger.make(({ fiber, logLevel, message }) => {
      const { source, reason } = fiber.getRef(References.CurrentLogAnnotations)
      lines.push([logLevel, message, source, reason].filter((part) => part !== undefined).join(" | "))
    })
  ])
  return { lines, layer }
}

describe("the log", () => {
  it.effect("tells of a source once when its polls fail, whatever their number, and once when it answers", () => {
    const { layer, lines } = logged()
    return Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      set("op-1", new Throttled({}))
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(lines, [])
      set("op-1", new Unavailable({}))
      yield* TestClock.adjust("3 hours")
      const told = "Warn | polls of cloud fail: cannot get op-1 | cloud | Unavailable"
      assert.deepStrictEqual(lines, [told])
      set("op-1", new Unauthenticated())
      yield* TestClock.adjust("3 hours")
      set("op-1", { state: "running" })
      yield* TestClock.adjust("2 hours")
      assert.strictEqual(lines.length, 2)
      assert.match(lines[1] ?? "", /^Info \| cloud answers polls again, after \dh\S* \| cloud$/)
    }).pipe(Effect.provide(layer))
  })

  it.effect("tells of the store once when it fails, and once when it is mended", () => {
    const { layer, lines } = logged()
    return Effect.gen(function* () {
      const { fault, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* track(tracker, one)
      fault("mute")
      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(lines, ["Warn | the store cannot be written: the database is away"])
      yield* tracker.get(one)
      assert.strictEqual((yield* tracker.health)._tag, "NotReady")
      fault("none")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(lines.slice(1), ["Info | the store can be written again"])
    }).pipe(Effect.provide(layer))
  })
})

import { assert, describe, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { LogStep } from "../src/LogStep.ts"
import { type ProviderError, Rejected, Throttled, Unavailable } from "../src/ProviderError.ts"
import { readLog } from "../src/ReadLog.ts"
import { error, id, operation } from "./Samples.ts"
import * as ScriptedProvider from "./ScriptedProvider.ts"

const step = (index: number): LogStep => ({ ref: "toloka/op-1", index, type: "T", success: true, raw: {} })
const steps = (count: number) => Stream.fromIterable(Array.from({ length: count }, (_, index) => step(index)))
const broken = Stream.fail(error(new Unavailable()))

/** Reads a log whose reads go as given, the last of them for ever. */
const reading = (...reads: ReadonlyArray<Stream.Stream<LogStep, ProviderError>>) => {
  const { provider } = ScriptedProvider.make(Effect.succeed(operation("running")))
  const seen: Array<number> = []
  let asked = 0
  const log = () => {
    asked += 1
    return reads[Math.min(asked, reads.length) - 1] ?? Stream.empty
  }
  const read = readLog({ ...provider, log }, id, ({ index }) => Effect.sync(() => void seen.push(index)))
  return { read, seen, asked: () => asked }
}

const after = Effect.fnUntraced(function* <E>(read: Effect.Effect<void, E>, time: Duration.Input) {
  const fiber = yield* Effect.forkChild(read, { startImmediately: true })
  yield* TestClock.adjust(time)
  return fiber
})

describe("reading a log", () => {
  it.effect("gives each step once, in order", () =>
    Effect.gen(function* () {
      const { asked, read, seen } = reading(steps(3))
      yield* read
      assert.deepStrictEqual([seen, asked()], [[0, 1, 2], 1])
    })
  )

  it.effect("goes on behind the last step after a broken connection, as often as a step came", () =>
    Effect.gen(function* () {
      const partial = Array.from({ length: 9 }, (_, count) => Stream.concat(steps(count + 1), broken))
      const { asked, read, seen } = reading(...partial, steps(10))
      yield* Fiber.join(yield* after(read, "5 minutes"))
      assert.deepStrictEqual(
        seen,
        Array.from({ length: 10 }, (_, index) => index)
      )
      assert.strictEqual(asked(), 10)
    })
  )

  it.effect("takes as long as steps come", () =>
    Effect.gen(function* () {
      const slow = Stream.mapEffect(steps(10), (one) => Effect.as(Effect.sleep("10 seconds"), one))
      const { read, seen } = reading(slow)
      yield* Fiber.join(yield* after(read, "100 seconds"))
      assert.lengthOf(seen, 10)
    })
  )

  it.effect("gives up on one that does not begin in time, with the last that went wrong", () =>
    Effect.gen(function* () {
      const silent = yield* after(reading(Stream.never).read, "12 seconds")
      const none = yield* Effect.flip(Fiber.join(silent))
      assert.strictEqual(none.message, "no answer within 12 seconds")
      const failing = yield* after(reading(broken, Stream.never).read, "13 seconds")
      assert.strictEqual((yield* Effect.flip(Fiber.join(failing))).message, "as the provider said")
    })
  )

  it.effect("gives up on one that breaks off at the same place again and again", () =>
    Effect.gen(function* () {
      const { asked, read, seen } = reading(Stream.concat(steps(2), broken))
      const fiber = yield* after(read, "1 minute")
      assert.strictEqual((yield* Effect.flip(Fiber.join(fiber))).reason._tag, "Unavailable")
      assert.deepStrictEqual(seen, [0, 1])
      assert.strictEqual(asked(), 10)
    })
  )

  it.effect("waits as long as the provider wants behind a step, but not for minutes", () =>
    Effect.gen(function* () {
      const throttled = (seconds: number) =>
        Stream.concat(steps(1), Stream.fail(error(new Throttled({ retryAfterMillis: seconds * 1_000 }))))
      const short = reading(throttled(10), steps(2))
      const fiber = yield* after(short.read, "9 seconds")
      assert.strictEqual(short.asked(), 1)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(short.seen, [0, 1])
      const long = reading(throttled(60))
      assert.strictEqual((yield* Effect.flip(long.read)).reason._tag, "Throttled")
      assert.strictEqual(long.asked(), 1)
    })
  )

  it.effect("does not ask again after a refusal, and fails as the taker of a step does", () =>
    Effect.gen(function* () {
      const refused = reading(Stream.fail(error(new Rejected())))
      assert.strictEqual((yield* Effect.flip(refused.read)).reason._tag, "Rejected")
      assert.strictEqual(refused.asked(), 1)
      const { provider } = ScriptedProvider.make(Effect.succeed(operation("running")))
      const full = readLog({ ...provider, log: () => steps(2) }, id, () => Effect.fail("full" as const))
      assert.deepStrictEqual(yield* Effect.exit(full), Exit.fail("full" as const))
    })
  )
})

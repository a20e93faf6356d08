import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as TimeLimit from "../src/TimeLimit.ts"

const limited = TimeLimit.within("9 seconds", () => Effect.fail("too late"))

describe("within", () => {
  it.effect("gives what comes in time, success or failure", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* limited(Effect.succeed(1)), 1)
      assert.strictEqual(yield* Effect.flip(limited(Effect.fail("no"))), "no")
    })
  )

  it.effect("does not wait for what goes on after its time", () =>
    Effect.gen(function* () {
      const ended = yield* Deferred.make<void>()
      const stubborn = Effect.never.pipe(Effect.onInterrupt(() => Deferred.await(ended)))
      const fiber = yield* Effect.forkChild(Effect.flip(limited(stubborn)), { startImmediately: true })
      yield* TestClock.adjust("9 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), "too late")
      yield* Deferred.succeed(ended, undefined)
    })
  )

  it.effect("interrupts what it waits for when it is interrupted, and waits until that has ended", () =>
    Effect.gen(function* () {
      const [begun, told, mayEnd] = yield* Effect.all([
        Deferred.make<void>(),
        Deferred.make<void>(),
        Deferred.make<void>()
      ])
      const slow = Effect.andThen(Deferred.succeed(begun, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Effect.andThen(Deferred.succeed(told, undefined), Deferred.await(mayEnd)))
      )
      const fiber = yield* Effect.forkChild(limited(slow), { startImmediately: true })
      yield* Deferred.await(begun)
      const stopping = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* Deferred.await(told)
      assert.isUndefined(stopping.pollUnsafe())
      yield* Deferred.succeed(mayEnd, undefined)
      yield* Fiber.join(stopping)
    })
  )
})

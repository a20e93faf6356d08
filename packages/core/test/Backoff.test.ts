import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Backoff from "../src/Backoff.ts"
import * as Errors from "../src/ProviderError.ts"
import { error } from "./Samples.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

describe("delay", () => {
  it.effect.prop(
    "lies between half and all of the doubled quarter second, and never over half a minute",
    [between(1, 2_000)],
    ([failures]) =>
      Effect.gen(function* () {
        const pause = Duration.toMillis(yield* Backoff.delay(failures, error(new Errors.Unavailable({}))))
        const whole = Math.min(30_000, 250 * 2 ** (failures - 1))
        assert.isAtLeast(pause, whole / 2)
        assert.isAtMost(pause, whole)
      })
  )

  it.effect.prop(
    "is never less than the provider asked for, nor longer for it than need be",
    [between(1, 20), between(0, 100_000)],
    ([failures, retryAfterMillis]) =>
      Effect.gen(function* () {
        const reason = new Errors.Throttled({ retryAfterMillis })
        const pause = Duration.toMillis(yield* Backoff.delay(failures, error(reason)))
        assert.isAtLeast(pause, retryAfterMillis)
        assert.isAtMost(pause, Math.max(retryAfterMillis, 250 * 2 ** (failures - 1)))
      })
  )

  it.effect("differs from one caller to the next", () =>
    Effect.gen(function* () {
      const pauses = yield* Effect.replicateEffect(Backoff.delay(10, error(new Errors.Unavailable({}))), 20)
      assert.isAbove(new Set(pauses.map(Duration.toMillis)).size, 10)
    })
  )
})

/** Sends a request that takes so long and fails so each time; gives when each was sent and when the last one failed. */
const send = Effect.fnUntraced(function* (reason: Errors.Reason, takes: Duration.Input = 0) {
  const sent: Array<number> = []
  const request = Effect.gen(function* () {
    sent.push(yield* Clock.currentTimeMillis)
    yield* Effect.sleep(takes)
    return yield* error(reason)
  })
  const fiber = yield* Effect.forkChild(
    Effect.flatMap(Effect.flip(Backoff.retry(request)), (failure) =>
      Effect.map(Clock.currentTimeMillis, (end) => ({ failure, end }))
    )
  )
  yield* TestClock.adjust("5 minutes")
  return { sent, ...(yield* Fiber.join(fiber)) }
})

const gaps = (sent: ReadonlyArray<number>) => sent.slice(1).map((at, before) => at - (sent[before] ?? 0))

describe("retry", () => {
  it.effect.each([new Errors.Unavailable({}), new Errors.Throttled({})])("sends five requests when $_tag", (reason) =>
    Effect.gen(function* () {
      const { end, failure, sent } = yield* send(reason)
      assert.lengthOf(sent, 5)
      for (const [index, gap] of gaps(sent).entries()) {
        assert.isAtLeast(gap, (250 * 2 ** index) / 2)
        assert.isAtMost(gap, 250 * 2 ** index)
      }
      assert.isAtMost(end, 5_000)
      assert.strictEqual(failure.reason, reason)
    })
  )

  it.effect("sends three when the answer cannot be read", () =>
    Effect.gen(function* () {
      assert.lengthOf((yield* send(new Errors.MalformedAnswer())).sent, 3)
    })
  )

  it.effect.each([
    new Errors.OperationNotFound(),
    new Errors.Unauthenticated(),
    new Errors.Forbidden(),
    new Errors.Unsupported(),
    new Errors.Rejected(),
    new Errors.Redirected(),
    new Errors.Misconfigured()
  ])("sends one when $_tag, and does not wait", (reason) =>
    Effect.gen(function* () {
      const { end, sent } = yield* send(reason)
      assert.deepStrictEqual(sent, [0])
      assert.strictEqual(end, 0)
    })
  )

  it.effect("waits as long as the provider asks, while that ends within five seconds", () =>
    Effect.gen(function* () {
      const { end, sent } = yield* send(new Errors.Throttled({ retryAfterMillis: 3_000 }))
      assert.deepStrictEqual(sent, [0, 3_000])
      assert.strictEqual(end, 3_000)
    })
  )

  it.effect("leaves a pause of ten seconds to those who wait", () =>
    Effect.gen(function* () {
      const { end, sent } = yield* send(new Errors.Unavailable({ retryAfterMillis: 10_000 }))
      assert.deepStrictEqual(sent, [0])
      assert.strictEqual(end, 0)
    })
  )

  it.effect("counts the time that requests take, the first included", () =>
    Effect.gen(function* () {
      const { end, sent } = yield* send(new Errors.Unavailable({}), "4 seconds")
      assert.lengthOf(sent, 2)
      assert.isBelow(end, 8_500)
    })
  )

  it.effect.prop(
    "sends nothing later than five seconds after the first, however slow and hesitant the provider",
    [between(0, 20_000), between(0, 20_000)],
    ([takes, retryAfterMillis]) =>
      Effect.gen(function* () {
        const { end, sent } = yield* send(new Errors.Throttled({ retryAfterMillis }), takes)
        assert.isAtMost(sent.length, 5)
        assert.isAtMost(sent.at(-1) ?? 0, 5_000)
        assert.strictEqual(end, (sent.at(-1) ?? 0) + takes)
        for (const gap of gaps(sent)) assert.isAtLeast(gap, takes + retryAfterMillis)
      })
  )

  it.effect("gives what came at last, and sends nothing after it", () =>
    Effect.gen(function* () {
      let sent = 0
      const request = Effect.suspend(() => {
        sent += 1
        return sent < 4 ? Effect.fail(error(new Errors.Unavailable({}))) : Effect.succeed("here")
      })
      const fiber = yield* Effect.forkChild(Effect.result(Backoff.retry(request)))
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* Fiber.join(fiber), Result.succeed("here"))
      assert.strictEqual(sent, 4)
    })
  )

  it.effect("starts afresh each time it is run", () =>
    Effect.gen(function* () {
      assert.lengthOf((yield* send(new Errors.MalformedAnswer())).sent, 3)
      assert.lengthOf((yield* send(new Errors.MalformedAnswer())).sent, 3)
    })
  )
})

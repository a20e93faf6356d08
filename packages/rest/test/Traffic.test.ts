import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as MutableRef from "effect/MutableRef"
import * as TestClock from "effect/testing/TestClock"
import { ProviderError, Throttled, Unavailable } from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import * as Traffic from "../src/Traffic.ts"
import { TrafficShare } from "../src/TrafficShare.ts"

const source = SourceName.make("local")
const silent = new ProviderError({ source, reason: new Unavailable({}), message: "no answer" })
const throttled = new ProviderError({ source, reason: new Throttled({}), message: "too many" })

/** A host that answers as told, counting what reaches it. */
const host = Effect.gen(function* () {
  const traffic = yield* Traffic.make(source, { requests: 1_000, per: Duration.seconds(1) })
  const state = { asked: 0, answer: Effect.succeed("here") as Effect.Effect<string, ProviderError> }
  const request = Effect.suspend(() => {
    state.asked += 1
    return state.answer
  })
  const send = traffic.admit(
    request,
    ({ askAgainIn }) =>
      new ProviderError({
        source,
        reason: new Unavailable({ retryAfterMillis: Duration.toMillis(askAgainIn) }),
        message: "not asked"
      })
  )
  return { send, state }
})

const times = <A, E>(count: number, effect: Effect.Effect<A, E>) =>
  Effect.forEach(Array.from({ length: count }), () => Effect.exit(effect), { discard: true })

describe("a host that stops answering", () => {
  it.effect("is not asked again for a second after twenty failures in a row", () =>
    Effect.gen(function* () {
      const { send, state } = yield* host
      state.answer = Effect.fail(silent)
      yield* times(20, send)
      const error = yield* Effect.flip(send)
      assert.strictEqual(state.asked, 20)
      assert.strictEqual(error.message, "not asked")
      assert.isAtMost(error.reason._tag === "Unavailable" ? (error.reason.retryAfterMillis ?? 0) : 0, 1_000)
    })
  )

  it.effect("is probed by one request, and asked by all again when that is answered", () =>
    Effect.gen(function* () {
      const { send, state } = yield* host
      state.answer = Effect.fail(silent)
      yield* times(20, send)
      yield* TestClock.adjust("1 second")
      state.answer = Effect.delay(Effect.succeed("here"), "1 second")
      const probe = yield* Effect.forkChild(send, { startImmediately: true })
      yield* times(50, send)
      assert.strictEqual(state.asked, 21)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(probe), "here")
      state.answer = Effect.succeed("back")
      assert.strictEqual(yield* send, "back")
    })
  )

  it.effect("is probed ever more rarely, half a minute apart at the most", () =>
    Effect.gen(function* () {
      const { send, state } = yield* host
      state.answer = Effect.fail(silent)
      yield* times(20, send)
      const probes: Array<number> = []
      for (let second = 1; second <= 180; second++) {
        yield* TestClock.adjust("1 second")
        const before = state.asked
        yield* times(10, send)
        if (state.asked > before) probes.push(second)
      }
      assert.deepStrictEqual(probes.slice(0, 5), [1, 3, 7, 15, 31])
      assert.isAtMost(Math.max(...probes.slice(1).map((at, index) => at - (probes[index] ?? 0))), 30)
    })
  )

  it.effect("goes on being asked while one in twenty is answered, or it throttles", () =>
    Effect.gen(function* () {
      const { send, state } = yield* host
      for (let round = 0; round < 5; round++) {
        state.answer = Effect.fail(silent)
        yield* times(19, send)
        state.answer = Effect.succeed("here")
        yield* send
      }
      state.answer = Effect.fail(throttled)
      yield* times(50, send)
      assert.strictEqual(state.asked, 150)
    })
  )
})

describe("a rate limit that several processes share", () => {
  it.effect("lets this one's part through, as large as it is now", () =>
    Effect.gen(function* () {
      const share = MutableRef.make(() => 1 / 4)
      const traffic = yield* Effect.provideService(
        Traffic.make(source, { requests: 8, per: Duration.seconds(1) }),
        TrafficShare,
        share
      )
      let sent = 0
      const request = Effect.sync(() => void sent++)
      const sentIn = Effect.fnUntraced(function* (seconds: number) {
        const before = sent
        yield* TestClock.adjust(Duration.seconds(seconds))
        return sent - before
      })
      const send = Effect.forkScoped(traffic.admit(request, () => silent))
      yield* Effect.repeat(send, { times: 21 })
      assert.strictEqual(yield* sentIn(0), 2)
      assert.strictEqual(yield* sentIn(10), 20)
      MutableRef.set(share, () => 1)
      yield* Effect.repeat(send, { times: 59 })
      assert.approximately(yield* sentIn(4), 40, 2)
    })
  )
})

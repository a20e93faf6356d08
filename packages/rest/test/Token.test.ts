import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Token from "../src/Token.ts"
import { fifty, hold, mint, outage, value } from "./Mint.ts"

describe("a cached token", () => {
  it.effect("is issued when it is first asked for, and kept", () =>
    Effect.gen(function* () {
      const { issuer, state } = mint("12 hours")
      const supply = yield* Token.cached(issuer)
      assert.strictEqual(state.tries, 0)
      assert.strictEqual(yield* value(supply), "token-1")
      assert.strictEqual(yield* value(supply), "token-1")
      assert.strictEqual(state.tries, 1)
    })
  )

  it.effect.each([
    ["12 hours", Duration.hours(12), Duration.minutes(72)],
    ["an hour", Duration.hours(1), Duration.minutes(6)],
    ["10 minutes", Duration.minutes(10), Duration.minutes(1)],
    ["2 seconds", Duration.seconds(2), Duration.millis(200)]
  ] as const)("of %s is renewed shortly before its end and not earlier", ([, life, margin]) =>
    Effect.gen(function* () {
      const supply = yield* Token.cached(mint(life).issuer)
      yield* value(supply)
      yield* TestClock.adjust(Duration.toMillis(life) - Duration.toMillis(margin) - 1)
      assert.strictEqual(yield* value(supply), "token-1")
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* value(supply), "token-2")
    })
  )

  it.effect("is issued once for fifty who ask at once, the first time and at a renewal", () =>
    Effect.gen(function* () {
      const tokens = mint("1 hour")
      const supply = yield* Token.cached(tokens.issuer)
      for (const round of [1, 2]) {
        const { release } = hold(tokens)
        const asking = yield* fifty(value(supply))
        yield* release
        assert.deepStrictEqual(new Set(yield* Fiber.joinAll(asking)), new Set([`token-${round}`]))
        assert.strictEqual(tokens.state.tries, round)
        yield* TestClock.adjust("56 minutes")
      }
    })
  )

  it.effect("comes to the next who waits when the one who asked for it is gone", () =>
    Effect.gen(function* () {
      const tokens = mint("1 hour")
      const supply = yield* Token.cached(tokens.issuer)
      const { begun } = hold(tokens)
      const first = yield* Effect.forkChild(value(supply))
      yield* begun
      const next = hold(tokens)
      const second = yield* Effect.forkChild(value(supply))
      yield* Fiber.interrupt(first)
      yield* next.begun
      yield* next.release
      assert.strictEqual(yield* Fiber.join(second), "token-1")
    })
  )

  describe("that cannot be renewed", () => {
    it.effect("serves on until its end, and then no more", () =>
      Effect.gen(function* () {
        const { issuer, state } = mint("1 hour")
        const supply = yield* Token.cached(issuer)
        yield* value(supply)
        state.fails = true
        yield* TestClock.adjust("55 minutes")
        assert.strictEqual(yield* value(supply), "token-1")
        yield* TestClock.adjust(Duration.toMillis("5 minutes") - 1)
        assert.strictEqual(yield* value(supply), "token-1")
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* Effect.flip(supply.get), outage)
        state.fails = false
        assert.strictEqual(yield* value(supply), "token-2")
      })
    )

    it.effect("is tried again in time, a few times and not at each request", () =>
      Effect.gen(function* () {
        const { issuer, state } = mint("1 hour")
        const supply = yield* Token.cached(issuer)
        yield* value(supply)
        state.fails = true
        yield* TestClock.adjust("55 minutes")
        for (let second = 0; second < 150; second++) {
          assert.strictEqual(yield* value(supply), "token-1")
          yield* TestClock.adjust("1 second")
        }
        assert.strictEqual(state.tries, 2)
        state.fails = false
        assert.strictEqual(yield* value(supply), "token-2")
      })
    )

    it.effect("is not given past its end by a renewal that takes so long to fail", () =>
      Effect.gen(function* () {
        const { issuer, state } = mint("1 hour")
        const supply = yield* Token.cached(issuer)
        yield* value(supply)
        state.fails = true
        state.before = Effect.sleep("10 minutes")
        yield* TestClock.adjust("55 minutes")
        const asking = yield* Effect.forkChild(Effect.flip(supply.get))
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(yield* Fiber.join(asking), outage)
      })
    )

    it.effect("fails fifty who wait for it at the first failure", () =>
      Effect.gen(function* () {
        const tokens = mint("1 hour")
        const supply = yield* Token.cached(tokens.issuer)
        tokens.state.fails = true
        const { release } = hold(tokens)
        const asking = yield* fifty(Effect.flip(supply.get))
        yield* release
        assert.deepStrictEqual(new Set(yield* Fiber.joinAll(asking)), new Set([outage]))
        assert.strictEqual(tokens.state.tries, 1)
        yield* Effect.flip(supply.get)
        assert.strictEqual(tokens.state.tries, 2)
      })
    )
  })

  describe("that is rejected", () => {
    it.effect("is not given again, and any other is kept", () =>
      Effect.gen(function* () {
        const supply = yield* Token.cached(mint("1 hour").issuer)
        const first = yield* supply.get
        yield* supply.reject(Redacted.make("token-0"))
        assert.strictEqual(yield* value(supply), "token-1")
        yield* supply.reject(first)
        assert.strictEqual(yield* value(supply), "token-2")
        yield* supply.reject(first)
        assert.strictEqual(yield* value(supply), "token-2")
      })
    )

    it.effect("does not come back with a renewal that fails", () =>
      Effect.gen(function* () {
        const tokens = mint("1 hour")
        const supply = yield* Token.cached(tokens.issuer)
        const first = yield* supply.get
        yield* TestClock.adjust("55 minutes")
        tokens.state.fails = true
        const { begun, release } = hold(tokens)
        const asking = yield* Effect.forkChild(Effect.flip(supply.get))
        yield* begun
        yield* supply.reject(first)
        yield* release
        assert.strictEqual(yield* Fiber.join(asking), outage)
        assert.strictEqual(yield* Effect.flip(supply.get), outage)
      })
    )
  })
})

describe("a standing token", () => {
  it.effect("is read each time, whatever was rejected", () =>
    Effect.gen(function* () {
      let current = "first"
      const supply = Token.standing(Effect.sync(() => Redacted.make(current)))
      yield* supply.reject(yield* supply.get)
      assert.strictEqual(yield* value(supply), "first")
      current = "second"
      assert.strictEqual(yield* value(supply), "second")
    })
  )
})

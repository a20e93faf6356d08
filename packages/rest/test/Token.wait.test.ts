import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Token from "../src/Token.ts"
import { fifty, mint, value } from "./Mint.ts"

describe("a cached token", () => {
  it.effect("of 12 hours carries fifty who ask each hour through three days with seven issues at most", () =>
    Effect.gen(function* () {
      const ends = new Map<string, number>()
      const { issuer, state } = mint("12 hours")
      const late: Array<number> = []
      const supply = yield* Token.cached(
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const last = [...ends.values()].at(-1)
          if (last !== undefined && now >= last) late.push(now)
          const issued = yield* issuer
          ends.set(Redacted.value(issued.token), issued.expiresAt)
          return issued
        })
      )
      const asker = Effect.gen(function* () {
        for (let hour = 0; hour < 72; hour++) {
          const end = ends.get(yield* value(supply)) ?? assert.fail("it was never issued")
          assert.isAbove(end, yield* Clock.currentTimeMillis)
          yield* Effect.sleep("1 hour")
        }
      })
      const waiting = yield* fifty(asker)
      yield* TestClock.adjust("3 days")
      yield* Fiber.joinAll(waiting)
      assert.isAtMost(state.issued, 7)
      assert.deepStrictEqual(late, [])
    })
  )

  describe("where the clock jumps", () => {
    const hour = Duration.toMillis(Duration.hours(1))
    /** A provider with a clock of its own, that accepts a token for twelve hours and tells its end by that clock. */
    const world = Effect.gen(function* () {
      const tokens = new Map<string, number>()
      const real = { now: 100 * hour, refused: 0, issued: 0 }
      yield* TestClock.setTime(real.now)
      const issuer = Effect.sync(() => {
        const token = `token-${++real.issued}`
        const expiresAt = real.now + 12 * hour
        tokens.set(token, expiresAt)
        return { token: Redacted.make(token), expiresAt }
      })
      const supply = yield* Token.cached(issuer)
      const good = (token: Redacted.Redacted<string>) => (tokens.get(Redacted.value(token)) ?? 0) > real.now
      const request = Effect.gen(function* () {
        const token = yield* supply.get
        if (good(token)) return
        real.refused++
        yield* supply.reject(token)
        assert.isTrue(good(yield* supply.get))
      })
      /** An hour goes by for everybody, with two requests each minute. */
      const anHour = Effect.gen(function* () {
        for (let minute = 0; minute < 60; minute++) {
          yield* request
          yield* request
          real.now += hour / 60
          yield* TestClock.adjust("1 minute")
        }
      })
      return { real, anHour }
    })
    const hours = <E, R>(count: number, anHour: Effect.Effect<void, E, R>) =>
      Effect.forEach(Array.from({ length: count }), () => anHour, { discard: true })

    it.effect.each([
      ["back by four days", -96, 2],
      ["back by an hour", -1, 2],
      ["ahead by an hour", 1, 2],
      ["ahead by eleven hours", 11, 14]
    ] as const)("%s, costs one refused request at most", ([, jump, most]) =>
      Effect.gen(function* () {
        const { anHour, real } = yield* world
        yield* hours(3, anHour)
        yield* TestClock.setTime(real.now + jump * hour)
        yield* hours(11, anHour)
        assert.isAtMost(real.refused, 1)
        assert.isAtMost(real.issued, most)
      })
    )

    it.effect("beyond a token's whole life, it is renewed each minute and not at each request", () =>
      Effect.gen(function* () {
        const { anHour, real } = yield* world
        yield* anHour
        yield* TestClock.setTime(real.now + 96 * hour)
        yield* anHour
        assert.strictEqual(real.refused, 0)
        assert.isAtMost(real.issued, 61)
      })
    )
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as LearnedPlan from "@opwatch/core/LearnedPlan"
import type { Operation } from "@opwatch/core/Operation"
import type { Reason } from "@opwatch/core/ProviderError"
import { OperationNotFound, ProviderError, Throttled, Unauthenticated, Unavailable } from "@opwatch/core/ProviderError"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Pace from "../src/Pace.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const plan: Pace.Plan = (age) => Math.min(hour, LearnedPlan.unknown(1_000, age))

const minute = 60_000
const hour = 60 * minute
/** The wall clock and the monotonic one have nothing in common. */
const wallAtStart = 1_800_000_000_000
const moment = (now: number, chance = 0.5): Pace.Moment => ({ now, wall: wallAtStart + now, chance })

const operation = (rest: Partial<Operation> = {}): Operation => ({
  ...InMemoryProvider.reference("op-1"),
  ref: "cloud/op-1",
  provider: "cloud",
  state: "running",
  done: false,
  observedAt: Timestamp.fromMillis(wallAtStart),
  ...rest
})

const error = (reason: Reason) =>
  new ProviderError({ source: InMemoryProvider.source, reason, message: "as the provider said" })

const tracked = { isTracked: true, isWatched: false }
const watched = { isTracked: false, isWatched: true }

/** The moments of polls that all fail alike, until they end. */
const failing = (reason: Reason, interest: Pace.Interest, start: Pace.Standing, chance: number) => {
  const moments = [0]
  let standing = start
  for (;;) {
    const now = moments.at(-1) ?? 0
    const next = Pace.afterFailure(standing, error(reason), interest, moment(now, chance))
    if (next._tag !== "Again" || moments.length === 200) return { moments, end: next._tag }
    standing = next.standing
    moments.push(now + next.delay)
  }
}

const fresh = Pace.begin(false, wallAtStart, moment(0))
const seen = Pace.begin(true, wallAtStart, moment(0))

describe("after an answer", () => {
  it.each([
    [0, 1_000],
    [54_000, 13_000],
    [24 * hour, 481_000],
    [9_000 * hour, hour]
  ])("at an age of %d ms the next poll is %d ms later", (age, delay) => {
    const next = Pace.afterAnswer(seen, { operation: operation() }, moment(age), plan)
    assert.closeTo(next.delay, delay, 1)
  })

  it("takes the age from when it was submitted, if that was before it was tracked", () => {
    const submittedAt = Timestamp.fromMillis(wallAtStart - 54_000)
    const next = Pace.afterAnswer(fresh, { operation: operation({ submittedAt }) }, moment(0), plan)
    assert.closeTo(next.delay, 13_000, 1)
    assert.isTrue(next.standing.seen)
  })

  it("waits as long as the provider wishes", () => {
    const poll = { operation: operation(), pause: Duration.seconds(90) }
    assert.strictEqual(Pace.afterAnswer(seen, poll, moment(0, 0), plan).delay, 90_000)
  })

  it("moves the poll at random, by a quarter of the shorter of the gaps before and after it", () => {
    const delays = (after: Pace.Plan) =>
      [0, 1].map((chance) => Pace.afterAnswer(seen, { operation: operation() }, moment(0, chance), after).delay)
    assert.deepStrictEqual(
      delays(() => 8_000),
      [6_000, 10_000]
    )
    const narrow: Pace.Plan = (age) => (age === 0 ? 600_000 : 4_000)
    assert.deepStrictEqual(delays(narrow), [599_000, 601_000])
  })

  it("does not care for a wall clock that is set", () => {
    const submittedAt = Timestamp.fromMillis(wallAtStart - 54_000)
    for (const jump of [-5 * hour, 5 * hour]) {
      const at = { ...moment(0), wall: wallAtStart + jump }
      const standing = { ...seen, born: -54_000, failures: 3 }
      const next = Pace.afterAnswer(standing, { operation: operation({ submittedAt }) }, at, plan)
      assert.closeTo(next.delay, 13_000, 1)
      assert.strictEqual(next.standing.failures, 0)
    }
  })

  it("takes an operation of the future for one of the past: no clock makes it poll as if it were new", () => {
    const since = wallAtStart + 54_000
    const standing = Pace.begin(true, since, moment(0))
    assert.closeTo(Pace.afterAnswer(standing, { operation: operation() }, moment(0), plan).delay, 13_000, 1)
  })
})

describe("the first poll after a start", () => {
  const Chance = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
  const Age = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000_000 }))

  it.prop("comes at any moment of the span after which it would be polled", [Age, Chance], ([age, chance]) => {
    const standing = Pace.begin(true, wallAtStart - age, moment(0))
    const span = Pace.afterAnswer(standing, { operation: operation() }, moment(0), plan).delay
    assert.closeTo(Pace.firstDelay(standing, moment(0, chance), plan), chance * span, 0.001)
  })
})

describe("a wait that is planned anew", () => {
  const again = (left: number, times: number) => Pace.replanned(left, times, 0.25, () => 40_000)

  it("is stretched or shortened as its plan is", () => {
    assert.strictEqual(again(3_000, 4), 12_000)
    assert.strictEqual(again(12_000, 0.25), 3_000)
  })

  it("of a poll that could not begin when it was due begins anew where polls are to be rarer", () => {
    assert.strictEqual(again(-5_000, 4), 10_000)
    assert.strictEqual(again(-5_000, 0.25), -5_000)
  })
})

describe("after a failure", () => {
  it("doubles the pause up to five minutes, and never gives up on what is tracked", () => {
    for (const reason of [new Unavailable({}), new Unauthenticated(), new Throttled({})]) {
      const { end, moments } = failing(reason, tracked, seen, 1)
      assert.strictEqual(end, "Again")
      const pauses = moments.map((at, index) => at - (moments[index - 1] ?? at)).slice(1)
      assert.deepStrictEqual(pauses.slice(0, 4), [250, 500, 1_000, 2_000])
      assert.strictEqual(pauses.at(-1), 300_000)
    }
  })

  it("is back sooner where somebody watches", () => {
    const { moments } = failing(new Unavailable({}), { isTracked: true, isWatched: true }, seen, 1)
    assert.strictEqual((moments.at(-1) ?? 0) - (moments.at(-2) ?? 0), 30_000)
  })

  it("waits as long as the provider asks, and no less than half of the pause", () => {
    const next = Pace.afterFailure(seen, error(new Throttled({ retryAfterMillis: 7_000 })), tracked, moment(0))
    assert.strictEqual(next._tag === "Again" && next.delay, 7_000)
    const early = Pace.afterFailure(seen, error(new Unavailable({})), tracked, moment(0, 0))
    assert.strictEqual(early._tag === "Again" && early.delay, 125)
  })

  it("gives up on what is only watched: at once if it cannot pass, after a quarter of an hour if it may", () => {
    assert.deepStrictEqual(failing(new Unauthenticated(), watched, seen, 1), { moments: [0], end: "GivenUp" })
    const { end, moments } = failing(new Unavailable({}), watched, seen, 1)
    assert.strictEqual(end, "GivenUp")
    assert.closeTo(moments.at(-1) ?? 0, 15 * minute, 30_000)
  })

  it.each([0, 0.5, 1])(
    "asks for what is not found for a quarter of an hour, the last time at its end (%d)",
    (chance) => {
      const { end, moments } = failing(new OperationNotFound(), tracked, fresh, chance)
      assert.strictEqual(end, "NeverFound")
      assert.strictEqual(moments.at(-1), Pace.findsWithin)
      assert.isAtLeast(moments.length, 15)
      assert.isAtMost(moments.length, 60)
    }
  )

  it("does not wait for what was tracked long ago", () => {
    const old = Pace.begin(false, wallAtStart - hour, moment(0))
    assert.strictEqual(failing(new OperationNotFound(), tracked, old, 1).end, "NeverFound")
  })
})

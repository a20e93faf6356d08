import { assert, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as RetryPlan from "../src/RetryPlan.ts"

const hour = 3_600_000
const at = (attempts: number, now: number, rest: Partial<RetryPlan.Failed> = {}) =>
  RetryPlan.next({ attempts, since: 0, now, floor: undefined, random: 0.5, ...rest })

it("waits longer each time", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempts) => Option.getOrThrow(at(attempts, 0)) / 1000)
  assert.deepStrictEqual(pauses, [5, 30, 120, 600, 1800, 3600, 7200, 7200, 7200])
})

it("spreads a pause by a fifth either way", () => {
  assert.deepStrictEqual(at(1, 0, { random: 0 }), Option.some(4000))
  assert.deepStrictEqual(at(1, 0, { random: 1 }), Option.some(6000))
})

it("tries for the last time when a day is over, and then no more", () => {
  assert.deepStrictEqual(at(16, 23 * hour), Option.some(24 * hour))
  assert.deepStrictEqual(at(17, 24 * hour), Option.none())
  assert.deepStrictEqual(at(1, 100 * hour), Option.none())
})

it("waits at least as long as the receiver asks, within the day", () => {
  assert.deepStrictEqual(at(1, 0, { floor: 60_000 }), Option.some(60_000))
  assert.deepStrictEqual(at(2, 0, { floor: 1000 }), Option.some(30_000))
  assert.deepStrictEqual(at(1, 0, { floor: 48 * hour }), Option.some(24 * hour))
})

it("reads Retry-After as seconds or a date, and nothing else", () => {
  const now = Date.UTC(2026, 0, 1)
  assert.strictEqual(RetryPlan.retryAfter("120", now), 120_000)
  assert.strictEqual(RetryPlan.retryAfter("Thu, 01 Jan 2026 00:01:00 GMT", now), 60_000)
  assert.strictEqual(RetryPlan.retryAfter("Wed, 31 Dec 2025 00:01:00 GMT", now), 0)
  assert.strictEqual(RetryPlan.retryAfter("soon", now), undefined)
})

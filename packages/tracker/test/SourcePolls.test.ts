import { assert, describe, it } from "@effect/vitest"
import type { Reason } from "@opwatch/core/ProviderError"
import { ProviderError, Throttled, Unavailable } from "@opwatch/core/ProviderError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as TestClock from "effect/testing/TestClock"
import * as Entry from "../src/Entry.ts"
import * as Health from "../src/Health.ts"
import * as Pace from "../src/Pace.ts"
import * as SourcePolls from "../src/SourcePolls.ts"
import { reference, source } from "./Samples.ts"

const failure = (reason: Reason) => Exit.fail(new ProviderError({ source, reason, message: "as the provider said" }))

const setupWith = Effect.fnUntraced(function* (perSecond: number) {
  const clock = yield* Clock.Clock
  const begun: Array<readonly [string, number]> = []
  let isHeld = false
  const polls = yield* SourcePolls.make({
    monitor: Health.make(),
    isHeld: () => isHeld,
    perSecond: () => perSecond,
    begin: ({ reference }) => begun.push([reference.id, clock.currentTimeMillisUnsafe()])
  })
  const add = (id: string, due: number) => {
    const standing = Pace.begin(true, 0, { now: 0, wall: 0 })
    const start = {
      reference: reference(id),
      kind: { source },
      state: "running",
      digest: 0,
      standing,
      tracked: true
    } as const
    const entry = Entry.make({ ...start, due })
    polls.add(entry)
    return entry
  }
  const addMany = (count: number, due: number) => {
    for (let index = 0; index < count; index++) add(`${due}-${index}`, due)
  }
  yield* TestClock.adjust("1 second")
  return { polls, begun, add, addMany, hold: (held: boolean) => void (isHeld = held) }
})
const setup = setupWith(Infinity)

describe("the polls of a source", () => {
  it.effect("begin when they are due, in that order, and those that are due already at once", () =>
    Effect.gen(function* () {
      const { add, begun, polls } = yield* setup
      add("b", 3_000)
      add("c", 3_500)
      add("a", 2_000)
      polls.remove(add("never", 2_500))
      add("late", 500)
      assert.deepStrictEqual(begun, [["late", 1_000]])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(begun.slice(1), [
        ["a", 2_000],
        ["b", 3_000],
        ["c", 3_500]
      ])
    })
  )

  it.effect("are 64 at a time, and the one that is due longest is next", () =>
    Effect.gen(function* () {
      const { addMany, begun, polls } = yield* setup
      addMany(100, 2_000)
      addMany(1, 1_500)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(begun.length, 64)
      assert.strictEqual(begun[0]?.[0], "1500-0")
      polls.answered(Exit.void)
      polls.answered(failure(new Unavailable({})))
      polls.answered(Exit.interrupt())
      assert.strictEqual(begun.length, 67)
    })
  )

  it.effect("stop all together while the source asks for it, and then begin one at a time until it is content", () =>
    Effect.gen(function* () {
      const { addMany, begun, polls } = yield* setup
      addMany(3, 2_000)
      yield* TestClock.adjust("2 seconds")
      addMany(100, 4_000)
      polls.answered(failure(new Throttled({ retryAfterMillis: 60_000 })))
      polls.answered(failure(new Throttled({ retryAfterMillis: 1_000 })))
      polls.answered(failure(new Unavailable({})))
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(begun.length, 3)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(begun.length, 4)
      polls.answered(failure(new Throttled({ retryAfterMillis: 60_000 })))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(begun.length, 5)
      polls.answered(Exit.void)
      assert.strictEqual(begun.length, 69)
    })
  )

  it.effect("pause ever longer where a source throttles and does not say for how long", () =>
    Effect.gen(function* () {
      const { addMany, begun, polls } = yield* setup
      addMany(100, 1_500)
      yield* TestClock.adjust("1 second")
      for (let answered = 0; answered < 64; answered++) polls.answered(failure(new Throttled({})))
      const moments = begun.length
      for (let times = 0; times < 20; times++) {
        yield* TestClock.adjust("10 minutes")
        polls.answered(failure(new Throttled({})))
      }
      assert.strictEqual(begun.length, moments + 20)
    })
  )

  it.effect("do not begin while they are held, and go on soon after", () =>
    Effect.gen(function* () {
      const { add, begun, hold } = yield* setup
      hold(true)
      add("a", 2_000)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(begun, [])
      hold(false)
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(begun.length, 1)
    })
  )

  it.effect("are so many a second and no more, however many are due, and twice as many after a pause", () =>
    Effect.gen(function* () {
      const { addMany, begun, polls } = yield* setupWith(5)
      assert.isBelow(polls.overdue(), 1)
      addMany(60, 1_000)
      assert.strictEqual(begun.length, 6)
      for (const second of [1, 2, 3]) {
        yield* TestClock.adjust("1 second")
        assert.strictEqual(begun.length, 6 + 5 * second)
      }
      assert.isAbove(polls.overdue(), 1)
    })
  )

  it.effect("that wait are given another moment, those under way and those taken back are not", () =>
    Effect.gen(function* () {
      const { add, begun, polls } = yield* setup
      const [soon, late] = [add("soon", 5_000), add("late", 9_000)]
      polls.remove(add("never", 5_000))
      add("begun", 1_000)
      yield* polls.reschedule(({ due }, now) => now + (due - now) / 2)
      assert.deepStrictEqual([soon.due, late.due], [3_000, 5_000])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(begun, [
        ["begun", 1_000],
        ["soon", 3_000],
        ["late", 5_000]
      ])
    })
  )
})

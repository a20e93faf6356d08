import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { Provider } from "../src/Provider.ts"
import * as Errors from "../src/ProviderError.ts"
import * as Watch from "../src/Watch.ts"
import {
  down,
  failing,
  failure,
  luck,
  plan,
  play,
  running,
  setbacks,
  states,
  succeeded,
  timedOut,
  times
} from "./Playback.ts"
import { id, operation, time } from "./Samples.ts"
import * as ScriptedProvider from "./ScriptedProvider.ts"

describe("wait", () => {
  const timeout = Duration.seconds(25)

  it.effect("polls one last time just at the deadline, and then says what was known", () =>
    Effect.gen(function* () {
      const { asked, polls, provider } = ScriptedProvider.make(running)
      const { at, exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      const { last, message } = timedOut(exit)
      assert.deepStrictEqual(polls, [0, 10_000, 20_000, 25_000])
      assert.strictEqual(at, 25_000)
      assert.deepStrictEqual(last, operation("running", { observedAt: time("1970-01-01T00:00:25.000Z") }))
      assert.strictEqual(message, "toloka/op-1 was not done after 25s; it goes on")
      assert.strictEqual(asked.cancels, 0)
    })
  )

  it.effect("ends well where the last poll finds the end", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running, running, running, succeeded)
      const { exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(polls, [0, 10_000, 20_000, 25_000])
    })
  )

  it.effect("polls once at a deadline that the plan meets by itself", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running)
      const { exit } = yield* play(Watch.wait(provider, id, { plan, timeout: Duration.seconds(20) }))
      timedOut(exit)
      assert.deepStrictEqual(polls, [0, 10_000, 20_000])
    })
  )

  it.effect("polls once with no time at all", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running)
      const { exit } = yield* play(Watch.wait(provider, id, { plan, timeout: Duration.zero }))
      assert.strictEqual(timedOut(exit).last?.state, "running")
      assert.deepStrictEqual(polls, [0])
    })
  )

  it.effect("counts its time from when it is run", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running)
      const watch = Watch.wait(provider, id, { plan, timeout })
      yield* TestClock.adjust("1 minute")
      yield* play(watch)
      assert.deepStrictEqual(polls, [60_000, 70_000, 80_000, 85_000])
    })
  )

  it.effect("has nothing to say of an operation that it never saw", () =>
    Effect.gen(function* () {
      const { events, exit } = yield* play(Watch.wait(ScriptedProvider.make(down).provider, id, { timeout }))
      assert.notProperty(timedOut(exit), "last")
      assert.isAbove(events.length, 5)
    })
  )

  it.effect("says what was known before the last poll failed", () =>
    Effect.gen(function* () {
      const { provider } = ScriptedProvider.make(running, running, running, down)
      const { events, exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.strictEqual(timedOut(exit).last?.observedAt, "1970-01-01T00:00:20.000Z")
      assert.deepStrictEqual(states(events).at(-1), "Unavailable")
    })
  )

  it.effect("fails with what the last poll met where that is for good", () =>
    Effect.gen(function* () {
      const { provider } = ScriptedProvider.make(running, running, running, failing(new Errors.Forbidden()))
      const { exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.strictEqual(failure(exit)._tag, "ProviderError")
    })
  )

  it.effect.each([
    [1, 10_000],
    [3, 25_000]
  ] as const)("is not held up for more than a second by a poll that hangs: number %s", ([answered, hangsFrom]) =>
    Effect.gen(function* () {
      const { asked, polls, provider } = ScriptedProvider.make(running, ...times(answered - 1, running), Effect.never)
      const { at, exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.strictEqual(timedOut(exit).last?.state, "running")
      assert.strictEqual(polls.at(-1), hangsFrom)
      assert.strictEqual(at, 26_000)
      assert.strictEqual(asked.interrupted, 1)
    })
  )

  it.effect("takes a poll that is answered after the deadline for the last one", () =>
    Effect.gen(function* () {
      const slow = Effect.delay(running, "5500 millis")
      const { polls, provider } = ScriptedProvider.make(running, running, slow, Effect.never)
      const { at, exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.strictEqual(timedOut(exit).last?.observedAt, "1970-01-01T00:00:25.500Z")
      assert.deepStrictEqual(polls, [0, 10_000, 20_000])
      assert.strictEqual(at, 25_500)
    })
  )

  it.effect("does not poll before the provider's pause is over, even at the deadline", () =>
    Effect.gen(function* () {
      const busy = failing(new Errors.Throttled({ retryAfterMillis: 60_000 }))
      const { polls, provider } = ScriptedProvider.make(running, busy)
      const { at, events, exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.deepStrictEqual(polls, [0, 10_000])
      assert.deepStrictEqual(setbacks(events), [[0, 60_000]])
      assert.strictEqual(timedOut(exit).last?.state, "running")
      assert.strictEqual(at, 25_000)
    })
  )

  it.effect("polls at the deadline where the provider's pause ends just then", () =>
    Effect.gen(function* () {
      const busy = failing(new Errors.Throttled({ retryAfterMillis: 15_000 }))
      const { polls, provider } = ScriptedProvider.make(running, busy, succeeded)
      const { exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.deepStrictEqual(polls, [0, 10_000, 25_000])
      assert.isTrue(Exit.isSuccess(exit))
    })
  )

  it.effect("forgets the provider's pause once it answered", () =>
    Effect.gen(function* () {
      const busy = failing(new Errors.Throttled({ retryAfterMillis: 14_000 }))
      const { polls, provider } = ScriptedProvider.make(running, busy, running)
      const { exit } = yield* play(Watch.wait(provider, id, { plan, timeout }))
      assert.deepStrictEqual(polls, [0, 10_000, 24_000, 25_000])
      timedOut(exit)
    })
  )
})

describe("interruption", () => {
  const interruptAfter = Effect.fnUntraced(function* (elapsed: Duration.Input, provider: Provider) {
    const fiber = yield* Effect.forkChild(
      Stream.runDrain(Watch.wait(provider, id, { plan, timeout: Duration.hours(1) }))
    )
    yield* TestClock.adjust(elapsed)
    yield* Fiber.interrupt(fiber)
    yield* TestClock.adjust("2 hours")
  })

  it.effect("interrupts the poll in flight and cancels nothing", () =>
    Effect.gen(function* () {
      const { asked, polls, provider } = ScriptedProvider.make(running, Effect.never)
      yield* interruptAfter("15 seconds", provider)
      assert.deepStrictEqual(polls, [0, 10_000])
      assert.deepStrictEqual(asked, { cancels: 0, interrupted: 1 })
    })
  )

  it.effect("between polls ends the polling", () =>
    Effect.gen(function* () {
      const { asked, polls, provider } = ScriptedProvider.make(running)
      yield* interruptAfter("15 seconds", provider)
      assert.deepStrictEqual(polls, [0, 10_000])
      assert.deepStrictEqual(asked, { cancels: 0, interrupted: 0 })
    })
  )

  it.effect("by a reader that has seen enough ends the polling", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running)
      const { events } = yield* play(Watch.watch(provider, id, { plan }).pipe(Stream.take(2)))
      assert.lengthOf(events, 2)
      assert.deepStrictEqual(polls, [0, 10_000])
    })
  )
})

describe("result", () => {
  const after = (watch: Stream.Stream<Watch.WatchEvent, Errors.ProviderError>) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.exit(luck(Watch.result(watch))))
      yield* TestClock.adjust("2 hours")
      return yield* Fiber.join(fiber)
    })

  it.effect("is the final operation", () =>
    Effect.gen(function* () {
      const { provider } = ScriptedProvider.make(running, down, succeeded)
      assert.deepStrictEqual(yield* after(Watch.watch(provider, id)), Exit.succeed(operation("succeeded")))
    })
  )

  it.effect("is the failure of a watch that failed", () =>
    Effect.gen(function* () {
      const { provider } = ScriptedProvider.make(running, failing(new Errors.Forbidden()))
      const exit = yield* after(Watch.watch(provider, id))
      assert.strictEqual(Option.getOrUndefined(Exit.findErrorOption(exit))?.reason._tag, "Forbidden")
    })
  )

  it.effect("of nothing is a defect", () =>
    Effect.gen(function* () {
      assert.isTrue(Exit.hasDies(yield* after(Stream.empty)))
    })
  )
})

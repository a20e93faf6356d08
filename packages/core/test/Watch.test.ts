import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Errors from "../src/ProviderError.ts"
import type { Operation } from "../src/Operation.ts"
import type { Provider } from "../src/Provider.ts"
import * as Watch from "../src/Watch.ts"
import {
  down,
  failing,
  failure,
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

const missing = failing(new Errors.OperationNotFound())

describe("watch", () => {
  it.effect("polls at the plan's times and ends after the final observation", () =>
    Effect.gen(function* () {
      const { asked, polls, provider } = ScriptedProvider.make(running, running, succeeded)
      const { at, events, exit } = yield* play(Watch.watch(provider, id, { plan }))
      assert.deepStrictEqual(polls, [0, 10_000, 20_000])
      assert.deepStrictEqual(states(events), ["running", "running", "succeeded"])
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual(at, 20_000)
      assert.deepStrictEqual(asked, { cancels: 0, interrupted: 0 })
    })
  )

  it.effect.each(["succeeded", "failed", "cancelled"] as const)("polls once where it %s already", (state) =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(Effect.succeed(operation(state)))
      const { at, events } = yield* play(Watch.watch(provider, id))
      assert.deepStrictEqual([polls, states(events), at], [[0], [state], 0])
    })
  )

  it.effect.each(["pending", "running", "rolling_back", "unknown"] as const)("goes on while it is %s", (state) =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(Effect.succeed(operation(state)), succeeded)
      yield* play(Watch.watch(provider, id, { plan }))
      assert.deepStrictEqual(polls, [0, 10_000])
    })
  )

  it.effect("polls by the age of the operation unless told otherwise", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running, running, running, running, succeeded)
      yield* play(Watch.watch(provider, id))
      const expected = [0]
      for (let at = 0; expected.length < 5; expected.push(at)) at += 1_000 + Math.sqrt((8_000 / 3) * at)
      for (const [index, at] of expected.entries()) assert.closeTo(polls[index] ?? -1, at, 1)
      assert.lengthOf(polls, 5)
    })
  )

  it.effect("counts the age from the submission, and from its own start where the provider's clock is ahead", () =>
    Effect.gen(function* () {
      const submitted = (at: string) => Effect.succeed(operation("running", { submittedAt: time(at) }))
      const old = ScriptedProvider.make(submitted("1969-12-31T23:59:06Z"), succeeded)
      yield* play(Watch.watch(old.provider, id))
      assert.deepStrictEqual(old.polls, [0, 13_000])
      const early = submitted("1970-01-01T12:00:00Z")
      const ahead = ScriptedProvider.make(early, Effect.delay(early, "5 seconds"), succeeded)
      yield* play(Watch.watch(ahead.provider, id))
      assert.deepStrictEqual(ahead.polls, [7_200_000, 7_201_000, 7_211_000])
    })
  )

  it.effect("polls no earlier than the provider wishes, and no earlier than its plan", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running, running, running, succeeded)
      const wishes = [25, 3, 12]
      const poll: Provider["poll"] = (id) =>
        Effect.map(provider.poll(id), ({ operation }) => ({
          operation,
          pause: Duration.seconds(wishes[polls.length - 1] ?? 0)
        }))
      yield* play(Watch.watch({ ...provider, poll }, id, { plan }))
      assert.deepStrictEqual(polls, [0, 25_000, 35_000, 47_000])
    })
  )

  it.effect("leaves out the last poll before a deadline that comes sooner than the provider wishes", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running)
      const poll: Provider["poll"] = (id) =>
        Effect.map(provider.poll(id), ({ operation }) => ({ operation, pause: Duration.seconds(60) }))
      const { at, exit } = yield* play(Watch.wait({ ...provider, poll }, id, { plan, timeout: Duration.seconds(30) }))
      assert.strictEqual(timedOut(exit).last?.state, "running")
      assert.deepStrictEqual([polls, at], [[0], 30_000])
    })
  )

  it.effect("counts the pause from the end of a poll", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(Effect.delay(running, "3 seconds"), succeeded)
      yield* play(Watch.watch(provider, id, { plan }))
      assert.deepStrictEqual(polls, [0, 13_000])
    })
  )

  it.effect("says whether anything but the time of the observation changed", () =>
    Effect.gen(function* () {
      const seen = (at: string, rest: Partial<Pick<Operation, "progress">> = {}) =>
        Effect.succeed(operation("running", { observedAt: time(`1970-01-01T00:00:${at}Z`), ...rest }))
      const { provider } = ScriptedProvider.make(
        seen("00", { progress: 10 }),
        seen("10", { progress: 10 }),
        seen("20", { progress: 20 }),
        seen("15", { progress: 15 }),
        Effect.succeed(operation("pending")),
        succeeded
      )
      const { events } = yield* play(Watch.watch(provider, id, { plan }))
      assert.deepStrictEqual(
        events
          .filter(Watch.$is("Observed"))
          .map(({ changed, operation: { progress, state } }) => [state, progress, changed]),
        [
          ["running", 10, true],
          ["running", 10, false],
          ["running", 20, true],
          ["running", 20, false],
          ["running", 20, false],
          ["succeeded", undefined, true]
        ]
      )
    })
  )

  it.effect("leaves a defect a defect", () =>
    Effect.gen(function* () {
      const { provider } = ScriptedProvider.make(running, Effect.die("a bug"))
      const { exit } = yield* play(Watch.watch(provider, id, { plan }))
      assert.isTrue(Exit.hasDies(exit))
    })
  )
})

describe("a poll that fails in passing", () => {
  it.effect("is reported with the pause that follows, and ridden out", () =>
    Effect.gen(function* () {
      const throttled = failing(new Errors.Throttled({ retryAfterMillis: 3_000 }))
      const unreadable = failing(new Errors.MalformedAnswer())
      const { polls, provider } = ScriptedProvider.make(running, down, throttled, unreadable, running, down, succeeded)
      const { events, exit } = yield* play(Watch.watch(provider, id, { plan }))
      assert.deepStrictEqual(polls, [0, 10_000, 10_125, 13_125, 13_625, 23_625, 23_750])
      assert.deepStrictEqual(states(events), [
        "running",
        "Unavailable",
        "Throttled",
        "MalformedAnswer",
        "running",
        "Unavailable",
        "succeeded"
      ])
      assert.deepStrictEqual(setbacks(events), [
        [0, 125],
        [125, 3_000],
        [3_125, 500],
        [0, 125]
      ])
      assert.isTrue(Exit.isSuccess(exit))
    })
  )

  it.effect("may be the first one", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(down, down, succeeded)
      const { events } = yield* play(Watch.watch(provider, id, { plan }))
      assert.deepStrictEqual(polls, [0, 125, 375])
      assert.deepStrictEqual(states(events), ["Unavailable", "Unavailable", "succeeded"])
    })
  )

  it.effect("ends the watch once polls failed without a break for as long as allowed", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running, down)
      const { at, events, exit } = yield* play(Watch.watch(provider, id, { plan, giveUpAfter: Duration.minutes(1) }))
      assert.strictEqual(failure(exit).reason._tag, "Unavailable")
      for (const [failingFor = 0] of setbacks(events)) assert.isBelow(failingFor, 60_000)
      assert.strictEqual(at - (polls[1] ?? 0), 60_875)
      assert.strictEqual(polls.at(-1), at)
    })
  )

  it.effect("ends it just when that time is up", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(failing(new Errors.Throttled({ retryAfterMillis: 30_000 })))
      yield* play(Watch.watch(provider, id, { plan, giveUpAfter: Duration.minutes(1) }))
      assert.deepStrictEqual(polls, [0, 30_000, 60_000])
    })
  )

  it.effect("does not end it while answers come in between", () =>
    Effect.gen(function* () {
      const outage = times(9, down)
      const { provider } = ScriptedProvider.make(running, ...outage, running, ...outage, running, ...outage, succeeded)
      const { events, exit } = yield* play(Watch.watch(provider, id, { plan, giveUpAfter: Duration.minutes(1) }))
      assert.isTrue(Exit.isSuccess(exit))
      assert.lengthOf(setbacks(events), 27)
      assert.strictEqual(Math.max(...setbacks(events).map(([failingFor = 0]) => failingFor)), 30_875)
    })
  )

  it.effect("ends it after a quarter of an hour unless told otherwise", () =>
    Effect.gen(function* () {
      const { provider } = ScriptedProvider.make(down)
      const { at } = yield* play(Watch.watch(provider, id, { plan }))
      assert.isAtLeast(at, 15 * 60_000)
      assert.isBelow(at, 15 * 60_000 + 30_000)
    })
  )
})

describe("a poll that fails for good", () => {
  it.effect.each([
    new Errors.Unauthenticated(),
    new Errors.Forbidden(),
    new Errors.Unsupported(),
    new Errors.Rejected(),
    new Errors.Redirected(),
    new Errors.Misconfigured()
  ])("ends the watch at once when $_tag", (reason) =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running, failing(reason))
      const { at, events, exit } = yield* play(Watch.watch(provider, id, { plan, isNew: true }))
      assert.strictEqual(failure(exit).reason, reason)
      assert.deepStrictEqual([polls, at, states(events)], [[0, 10_000], 10_000, ["running"]])
    })
  )
})

describe("an operation that is not found", () => {
  it.effect("is an error at first", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(missing)
      const { events, exit } = yield* play(Watch.watch(provider, id))
      assert.strictEqual(failure(exit).reason._tag, "OperationNotFound")
      assert.deepStrictEqual([polls, events], [[0], []])
    })
  )

  it.effect("is forgiven five times where it is new", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(missing, ...times(4, missing), succeeded)
      const { events, exit } = yield* play(Watch.watch(provider, id, { isNew: true }))
      assert.deepStrictEqual(states(events), [...Array.from({ length: 5 }, () => "OperationNotFound"), "succeeded"])
      assert.deepStrictEqual(polls, [0, 125, 375, 875, 1_875, 3_875])
      assert.isTrue(Exit.isSuccess(exit))
    })
  )

  it.effect("is an error the sixth time", () =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(missing)
      const { exit } = yield* play(Watch.watch(provider, id, { isNew: true }))
      assert.strictEqual(failure(exit).reason._tag, "OperationNotFound")
      assert.lengthOf(polls, 6)
    })
  )

  it.effect.each([false, true])("is lost once it was known, new (%s) or not", (isNew) =>
    Effect.gen(function* () {
      const { polls, provider } = ScriptedProvider.make(running, down, missing)
      const { events, exit } = yield* play(Watch.watch(provider, id, { plan, isNew }))
      assert.deepStrictEqual(
        events.at(-1),
        Watch.Observed({
          operation: operation("lost", { observedAt: time("1970-01-01T00:00:10.125Z") }),
          changed: true
        })
      )
      assert.lengthOf(polls, 3)
      assert.isTrue(Exit.isSuccess(exit))
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Errors from "../src/ProviderError.ts"
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
import { error, id, operation, time } from "./Samples.ts"
import type { Answer } from "./ScriptedProvider.ts"
import * as ScriptedProvider from "./ScriptedProvider.ts"
import type { Script } from "./TellingProvider.ts"
import * as TellingProvider from "./TellingProvider.ts"

const missing = failing(new Errors.OperationNotFound())
/** The source could not ask, and asks again in so many seconds. */
const delayed = (seconds: number, reason: Errors.Reason = new Errors.Unavailable({})) =>
  Effect.succeed({ error: error(reason), nextPollIn: Duration.seconds(seconds) })

describe("watch of a source that tells of changes", () => {
  it.effect("gives what it tells, polls nothing, and hangs up after the final state", () =>
    Effect.gen(function* () {
      const half = Effect.succeed(operation("running", { progress: 50 }))
      const script: Script = [
        [0, running],
        [10, half],
        [3600, succeeded]
      ]
      const { asked, connections, closed, polls, provider } = TellingProvider.make([script], missing)
      const { at, events, exit } = yield* play(Watch.watch(provider, id))
      assert.deepStrictEqual(states(events), ["running", "running", "succeeded"])
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual([at, connections, polls, closed.count], [3_610_000, [0], [], 1])
      assert.deepStrictEqual(asked, { cancels: 0, interrupted: 0 })
    })
  )

  it.effect("says whether anything but the time of the observation changed", () =>
    Effect.gen(function* () {
      const script: Script = [
        [0, running],
        [5, running],
        [5, Effect.succeed(operation("pending"))],
        [5, succeeded]
      ]
      const { events } = yield* play(Watch.watch(TellingProvider.make([script], missing).provider, id))
      assert.deepStrictEqual(
        events.filter(Watch.$is("Observed")).map(({ changed, operation: { state } }) => [state, changed]),
        [
          ["running", true],
          ["running", false],
          ["running", false],
          ["succeeded", true]
        ]
      )
    })
  )

  it.effect("connects anew where it breaks off, after pauses, and loses no end", () =>
    Effect.gen(function* () {
      const { connections, closed, provider } = TellingProvider.make(
        [
          [
            [0, running],
            [10, down]
          ],
          [[0, down]],
          [
            [1, running],
            [9, down]
          ],
          [[0, succeeded]]
        ],
        missing
      )
      const { events } = yield* play(Watch.watch(provider, id))
      assert.deepStrictEqual(states(events), [
        "running",
        "Unavailable",
        "Unavailable",
        "running",
        "Unavailable",
        "succeeded"
      ])
      assert.deepStrictEqual(connections, [0, 10_125, 10_375, 20_500])
      assert.deepStrictEqual(setbacks(events), [
        [0, 125],
        [125, 250],
        [0, 125]
      ])
      assert.strictEqual(closed.count, connections.length)
    })
  )

  it.effect("does not connect before a pause is over that was asked for", () =>
    Effect.gen(function* () {
      const busy = failing(new Errors.Unavailable({ retryAfterMillis: 30_000 }))
      const { connections, provider } = TellingProvider.make([[[0, busy]], [[0, succeeded]]], missing)
      yield* play(Watch.watch(provider, id))
      assert.deepStrictEqual(connections, [0, 30_000])
    })
  )

  it.effect("passes on what the source rides out itself, and stays connected", () =>
    Effect.gen(function* () {
      const script: Script = [
        [0, running],
        [10, delayed(4)],
        [4, delayed(8, new Errors.Throttled({ retryAfterMillis: 8_000 }))],
        [8, running],
        [10, delayed(4)],
        [4, succeeded]
      ]
      const { connections, provider } = TellingProvider.make([script], missing)
      const { events } = yield* play(Watch.watch(provider, id))
      assert.deepStrictEqual(states(events), [
        "running",
        "Unavailable",
        "Throttled",
        "running",
        "Unavailable",
        "succeeded"
      ])
      assert.deepStrictEqual(setbacks(events), [
        [0, 4_000],
        [4_000, 8_000],
        [0, 4_000]
      ])
      assert.deepStrictEqual(connections, [0])
    })
  )

  it.effect.each([
    ["breaks off", [[0, down]] satisfies Script],
    ["says that it cannot ask", times(200, down).map(() => [10, delayed(10)] as const) satisfies Script]
  ] as const)("ends once it %s without a break for as long as allowed", ([, script]) =>
    Effect.gen(function* () {
      const { provider } = TellingProvider.make([[[0, running], ...script], script], missing)
      const { at, exit } = yield* play(Watch.watch(provider, id, { giveUpAfter: Duration.minutes(1) }))
      assert.strictEqual(failure(exit).reason._tag, "Unavailable")
      assert.isAtLeast(at, 60_000)
      assert.isBelow(at, 80_000)
    })
  )

  it.effect.each([new Errors.Unauthenticated(), new Errors.Forbidden(), new Errors.Misconfigured()])(
    "ends at once when $_tag",
    (reason) =>
      Effect.gen(function* () {
        const script: Script = [
          [0, running],
          [10, failing(reason)]
        ]
        const { connections, provider } = TellingProvider.make([script], missing)
        const { at, exit } = yield* play(Watch.watch(provider, id))
        assert.strictEqual(failure(exit).reason, reason)
        assert.deepStrictEqual([at, connections], [10_000, [0]])
      })
  )

  it.effect("fails where the operation is not found at first, and forgives that five times where it is new", () =>
    Effect.gen(function* () {
      const { connections, provider } = TellingProvider.make([[[0, missing]]], missing)
      const first = yield* play(Watch.watch(provider, id))
      assert.strictEqual(failure(first.exit).reason._tag, "OperationNotFound")
      assert.lengthOf(connections, 1)
      yield* play(Watch.watch(provider, id, { isNew: true }))
      assert.lengthOf(connections, 7)
    })
  )

  it.effect("takes one that was known and is no longer found for lost", () =>
    Effect.gen(function* () {
      const script: Script = [
        [0, running],
        [10, down]
      ]
      const { provider } = TellingProvider.make([script, [[0, missing]]], missing)
      const { events, exit } = yield* play(Watch.watch(provider, id))
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(
        events.at(-1),
        Watch.Observed({
          operation: operation("lost", { observedAt: time("1970-01-01T00:00:10.125Z") }),
          changed: true
        })
      )
    })
  )

  it.effect("dies with a source that ends as if all were well before the operation does", () =>
    Effect.gen(function* () {
      const { provider } = TellingProvider.make([[]], missing)
      const changes = () => Stream.succeed({ operation: operation("running") })
      const { exit } = yield* play(Watch.watch({ ...provider, changes }, id))
      assert.isTrue(Exit.hasDies(exit))
    })
  )

  const runs = Schema.Array(
    Schema.Struct({ state: Schema.Literals(["pending", "running", "unknown", "rolling_back"]), broken: Schema.Boolean })
  )

  it.effect.prop("gives what polls that find the same would give, wherever connections break off", [runs], ([run]) =>
    Effect.gen(function* () {
      const seen = run.map(({ broken, state }) => [Effect.succeed(operation(state)), ...(broken ? [down] : [])])
      const answers = [...seen.flat(), succeeded]
      const [first, ...rest] = answers
      const polled = ScriptedProvider.make(first ?? succeeded, ...rest)
      const told = TellingProvider.make(scriptsOf(answers), missing)
      const expected = yield* play(Watch.watch(polled.provider, id, { plan }))
      const { events, exit } = yield* play(Watch.watch(told.provider, id))
      assert.deepStrictEqual(events.map(withoutTimes), expected.events.map(withoutTimes))
      assert.isTrue(Exit.isSuccess(exit))
    })
  )
})

/** A connection for each stretch of answers up to a failure. */
const scriptsOf = (answers: ReadonlyArray<Answer>): [Script, ...Array<Script>] => {
  const scripts: [Script, ...Array<Script>] = [[]]
  for (const answer of answers) {
    const current = scripts.pop() ?? []
    scripts.push([...current, [10, answer]])
    if (answer === down) scripts.push([])
  }
  return scripts
}

const withoutTimes = (event: Watch.WatchEvent) =>
  event._tag === "Observed" ? event : { error: event.error, nextPollIn: Duration.toMillis(event.nextPollIn) }

describe("wait for an operation of a source that tells of changes", () => {
  const timeout = Duration.seconds(25)

  it.effect("asks one last time just at the deadline, and then says what was known", () =>
    Effect.gen(function* () {
      const { closed, polls, provider } = TellingProvider.make([[[0, running]]], running)
      const { at, exit } = yield* play(Watch.wait(provider, id, { timeout }))
      assert.deepStrictEqual([at, polls, closed.count], [25_000, [25_000], 1])
      assert.deepStrictEqual(
        timedOut(exit).last,
        operation("running", { observedAt: time("1970-01-01T00:00:25.000Z") })
      )
    })
  )

  it.effect("ends well where that finds the end", () =>
    Effect.gen(function* () {
      const { provider } = TellingProvider.make([[[0, running]]], succeeded)
      const { events, exit } = yield* play(Watch.wait(provider, id, { timeout }))
      assert.deepStrictEqual(states(events), ["running", "succeeded"])
      assert.isTrue(Exit.isSuccess(exit))
    })
  )

  it.effect("asks once with no time at all, and does not connect", () =>
    Effect.gen(function* () {
      const { connections, polls, provider } = TellingProvider.make([[[0, running]]], running)
      const { exit } = yield* play(Watch.wait(provider, id, { timeout: Duration.zero }))
      assert.strictEqual(timedOut(exit).last?.state, "running")
      assert.deepStrictEqual([connections, polls], [[], [0]])
    })
  )

  it.effect("is not held up for more than a second by a source that has stopped answering", () =>
    Effect.gen(function* () {
      const { asked, provider } = TellingProvider.make([[]], Effect.never)
      const { at, exit } = yield* play(Watch.wait(provider, id, { timeout }))
      assert.notProperty(timedOut(exit), "last")
      assert.deepStrictEqual([at, asked.interrupted], [26_000, 1])
    })
  )

  it.effect("says what was known before the connection broke off", () =>
    Effect.gen(function* () {
      const script: Script = [
        [0, running],
        [10, down]
      ]
      const { provider } = TellingProvider.make([script, [[0, down]]], down)
      const { at, exit } = yield* play(Watch.wait(provider, id, { timeout }))
      assert.strictEqual(timedOut(exit).last?.state, "running")
      assert.strictEqual(at, 25_000)
    })
  )
})

describe("interruption of a watch that is told of changes", () => {
  it.effect("hangs up and cancels nothing", () =>
    Effect.gen(function* () {
      const { asked, closed, connections, provider } = TellingProvider.make([[[0, running]]], running)
      const fiber = yield* Effect.forkChild(Stream.runDrain(Watch.watch(provider, id)))
      yield* TestClock.adjust("15 seconds")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("2 hours")
      assert.deepStrictEqual([connections, closed.count, asked.cancels], [[0], 1, 0])
    })
  )

  it.effect("by a reader that has seen enough hangs up too", () =>
    Effect.gen(function* () {
      const script: Script = [
        [0, running],
        [1, running],
        [1, running]
      ]
      const { connections, closed, provider } = TellingProvider.make([script], running)
      const { events } = yield* play(Watch.watch(provider, id).pipe(Stream.take(2)))
      assert.lengthOf(events, 2)
      assert.deepStrictEqual([connections, closed.count], [[0], 1])
    })
  )
})

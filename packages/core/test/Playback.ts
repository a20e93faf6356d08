/** Plays a watch in virtual time and keeps everything that came of it. */
import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as PollPlan from "../src/PollPlan.ts"
import * as Errors from "../src/ProviderError.ts"
import * as Timestamp from "../src/Timestamp.ts"
import * as Watch from "../src/Watch.ts"
import { error, operation } from "./Samples.ts"
import type { Answer } from "./ScriptedProvider.ts"

export const plan = PollPlan.fixed(Duration.seconds(10))

/** Answers for scripts; a running operation is observed when it is asked for. */
export const running: Answer = Effect.map(Clock.currentTimeMillis, (now) =>
  operation("running", { observedAt: Timestamp.fromMillis(now) })
)
export const succeeded: Answer = Effect.succeed(operation("succeeded"))
export const failing = (reason: Errors.Reason): Answer => Effect.fail(error(reason))
export const down = failing(new Errors.Unavailable({}))
export const times = (count: number, answer: Answer) => Array.from({ length: count }, () => answer)

/** The least that chance allows: the pauses after failures in a row are 125, 250, 500 ms and so on, at most 15 s. */
export const luck = Effect.provideService(Random.Random, { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => 0 })

/** Runs a watch for two hours and gives its events, its end, and the millisecond at which that came. */
export const play = Effect.fnUntraced(function* <E>(watch: Stream.Stream<Watch.WatchEvent, E>) {
  const events: Array<Watch.WatchEvent> = []
  const fiber = yield* watch.pipe(
    Stream.runForEach((event) => Effect.sync(() => events.push(event))),
    Effect.exit,
    Effect.flatMap((exit) => Effect.map(Clock.currentTimeMillis, (at) => ({ events, exit, at }))),
    luck,
    Effect.forkChild
  )
  yield* TestClock.adjust("2 hours")
  return yield* Fiber.join(fiber)
})

export const states = (events: ReadonlyArray<Watch.WatchEvent>) =>
  events.map((event) => (event._tag === "Observed" ? event.operation.state : event.error.reason._tag))
export const setbacks = (events: ReadonlyArray<Watch.WatchEvent>) =>
  events
    .filter(Watch.$is("Setback"))
    .map(({ failingFor, nextPollIn }) => [Duration.toMillis(failingFor), Duration.toMillis(nextPollIn)])
export const failure = <E>(exit: Exit.Exit<void, E>): E =>
  Option.getOrElse(Exit.findErrorOption(exit), () => assert.fail("it did not fail"))
/** The error of a wait whose time ran out. */
export const timedOut = (exit: Exit.Exit<void, Errors.ProviderError | Watch.WaitTimedOut>): Watch.WaitTimedOut => {
  const reason = failure(exit)
  return reason._tag === "WaitTimedOut" ? reason : assert.fail(`it failed with ${reason._tag}`)
}

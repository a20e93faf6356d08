/**
 * Waiting for many operations at once. What is known of each stands in its `Waiting`, up to date at any moment, so whoever
 * is interrupted can say how far it came. Nothing here cancels anything.
 */
import type { Durations } from "@opwatch/core/Durations"
import * as Lifetime from "@opwatch/core/Lifetime"
import type { Operation } from "@opwatch/core/Operation"
import * as PollPlan from "@opwatch/core/PollPlan"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Watch from "@opwatch/core/Watch"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Target } from "../Asked.ts"
import * as PollsTogether from "./PollsTogether.ts"
import { ExitCode, ofOperation } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"

/** How the wait for one operation ended. */
export type Outcome = Data.TaggedEnum<{
  Done: { readonly operation: Operation }
  /** Given up: the provider refuses, or has failed for too long. */
  Unreadable: { readonly error: ProviderError }
  TimedOut: {}
}>
export const { Done, TimedOut, Unreadable } = Data.taggedEnum<Outcome>()

/** One operation and what is known of it. Without an outcome it was still waited for when all ended. */
export interface Waiting {
  readonly target: Target
  readonly last?: Operation
  /** Why the last poll gave nothing, where it gave nothing, and when the next one follows (milliseconds since 1970). */
  readonly setback?: { readonly error: ProviderError; readonly until: number } | undefined
  readonly outcome?: Outcome
}

export interface Options {
  /** What is known of how long operations take, which the wait adds to; nothing where the sources know it themselves. */
  readonly durations?: Durations | undefined
  /** The lateness that one poll is worth. */
  readonly price?: Duration.Duration | undefined
  readonly timeout?: Duration.Duration | undefined
  readonly interval?: Duration.Duration | undefined
  readonly maxInterval?: Duration.Duration | undefined
  readonly giveUpAfter?: Duration.Duration | undefined
  readonly isNew?: boolean
  readonly any?: boolean
  readonly failFast?: boolean
  readonly strict?: boolean
}

/** Is told what happens while it happens; what it does is part of the wait, and where it fails the wait does. */
export interface Listener<E = never> {
  readonly onEvent: (target: Target, event: Watch.WatchEvent) => Effect.Effect<void, E>
  readonly onOutcome: (target: Target, outcome: Outcome) => Effect.Effect<void, E>
}

/** The longest pause between two polls unless told otherwise. */
export const defaultMaxInterval = Duration.minutes(1)

const planOf = (
  { durations, interval, maxInterval = defaultMaxInterval, price }: Options,
  clock: Clock.Clock
): PollPlan.PollPlan => {
  if (interval !== undefined) return PollPlan.fixed(interval)
  const plan = durations === undefined ? PollPlan.fromAge(price) : PollPlan.fromDurations(durations, price)
  return PollPlan.atMost(
    PollsTogether.make(plan, () => clock.currentTimeMillisUnsafe()),
    maxInterval
  )
}

export const make = (targets: ReadonlyArray<Target>, options: Options = {}) => {
  const states = new Map<string, Waiting>(targets.map((target) => [target.ref, { target }]))
  const update = (target: Target, change: Partial<Waiting>) => {
    states.set(target.ref, { ...states.get(target.ref), ...change, target })
  }
  const all = (): ReadonlyArray<Waiting> => [...states.values()]

  const note = (target: Target, event: Watch.WatchEvent) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      if (event._tag === "Observed") update(target, { last: event.operation, setback: undefined })
      else update(target, { setback: { error: event.error, until: now + Duration.toMillis(event.nextPollIn) } })
    })

  const outcomeOf = (target: Target, end: Result.Result<void, ProviderError | Watch.WaitTimedOut>): Outcome => {
    if (Result.isFailure(end)) {
      return end.failure._tag === "WaitTimedOut" ? TimedOut() : Unreadable({ error: end.failure })
    }
    const operation = states.get(target.ref)?.last
    if (operation === undefined) throw new Error("a wait ended without an observation")
    return Done({ operation })
  }

  /** Whether this outcome ends the wait for all. */
  const decides = (outcome: Outcome): boolean =>
    (options.any === true && outcome._tag === "Done") ||
    (options.failFast === true && isFailure(codeOf(outcome, options.strict)))

  /** Of those that are waited for no longer it is known that they went on until they were last seen. */
  const leave = Effect.sync(() => {
    for (const { last, outcome } of states.values()) {
      if (outcome !== undefined || last === undefined || last.done) continue
      const lifetime = Lifetime.of(last)
      if (lifetime !== undefined) options.durations?.learn(lifetime, last.ref)
    }
  })

  /** Ends when all have an outcome, or as soon as one decides for all; then that one is given. */
  const run = <E>(listener: Listener<E>): Effect.Effect<Waiting | undefined, E> =>
    Effect.gen(function* () {
      const decided = yield* Deferred.make<Waiting, E>()
      const orFail = Effect.catch((error: E) => Deferred.fail(decided, error))
      const { durations, giveUpAfter, isNew, timeout } = options
      const watchOptions = { durations, plan: planOf(options, yield* Clock.Clock), giveUpAfter, isNew, timeout }
      const follow = Effect.fnUntraced(function* (target: Target) {
        const end = yield* Watch.wait(target.provider, target.reference.id, watchOptions).pipe(
          Stream.runForEach((event) => Effect.andThen(note(target, event), orFail(listener.onEvent(target, event)))),
          Effect.result
        )
        const outcome = outcomeOf(target, end)
        update(target, { outcome })
        if (decides(outcome)) yield* Deferred.succeed(decided, { target, outcome })
        yield* orFail(listener.onOutcome(target, outcome))
      })
      const followAll = Effect.forEach(targets, follow, { concurrency: "unbounded", discard: true })
      yield* Effect.raceFirst(followAll, Effect.exit(Deferred.await(decided)))
      return (yield* Deferred.isDone(decided)) ? yield* Deferred.await(decided) : undefined
    }).pipe(Effect.ensuring(leave))

  return { all, run }
}

const isFailure = (code: ExitCode): boolean => code !== ExitCode.success && code !== ExitCode.timedOut

/** The exit code for one operation that was waited for. */
export const codeOf = (outcome: Outcome, strict = false): ExitCode => {
  switch (outcome._tag) {
    case "Done":
      return ofOperation(outcome.operation, strict)
    case "Unreadable":
      return Failure.from(outcome.error).exitCode
    case "TimedOut":
      return ExitCode.timedOut
  }
}

/** Whether there is nothing left to wait for. */
export const isOver = ({ outcome }: Waiting): boolean => outcome !== undefined && outcome._tag !== "TimedOut"

/** Those that go on, as far as is known. */
export const unfinished = (waitings: ReadonlyArray<Waiting>): ReadonlyArray<Waiting> =>
  waitings.filter((waiting) => !isOver(waiting))

/** What to print of one: the last known state, or why there is none. Absent where nothing at all is known. */
export const answerOf = ({
  last,
  outcome,
  setback
}: Waiting): Result.Result<Operation, Failure.Failure> | undefined => {
  if (outcome?._tag === "Done") return Result.succeed(outcome.operation)
  if (outcome?._tag === "Unreadable") return Result.fail(Failure.from(outcome.error))
  if (last !== undefined) return Result.succeed(last)
  return setback === undefined ? undefined : Result.fail(Failure.from(setback.error))
}

/**
 * Watching one operation until it ends: a stream of what each poll gave, or of what the source tells where it tells of changes
 * by itself. Every waiter, from the command line to the server's events, consumes this. It never cancels the remote
 * operation; interrupting it interrupts the poll in flight.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Backoff from "./Backoff.ts"
import type { Durations } from "./Durations.ts"
import * as DurationText from "./DurationText.ts"
import * as ExpectedEnd from "./ExpectedEnd.ts"
import * as Lifetime from "./Lifetime.ts"
import { Operation, substance } from "./Operation.ts"
import { isFinal } from "./OperationState.ts"
import * as PollPlan from "./PollPlan.ts"
import type { Advance } from "./ProgressGuess.ts"
import type { Poll, Provider, Told } from "./Provider.ts"
import type { ProviderError } from "./ProviderError.ts"
import { isRetryable, retryAfter } from "./ProviderError.ts"
import type { OperationId } from "./Reference.ts"
import * as StateMachine from "./StateMachine.ts"
import * as Timestamp from "./Timestamp.ts"

export type WatchEvent = Data.TaggedEnum<{
  /** What is known now; `changed` when anything but the time of the observation differs. */
  Observed: { readonly operation: Operation; readonly changed: boolean }
  /** A poll failed in a way that may pass; the next one follows after `nextPollIn`. */
  Setback: {
    readonly error: ProviderError
    readonly failingFor: Duration.Duration
    readonly nextPollIn: Duration.Duration
  }
}>
export const { $is, Observed, Setback } = Data.taggedEnum<WatchEvent>()

export interface WatchOptions {
  /** By what is known of durations unless told otherwise. */
  readonly plan?: PollPlan.PollPlan | undefined
  /** What is known of durations: it gives expected ends, and learns from how long what is watched went on. */
  readonly durations?: Durations | undefined
  /** How long polls may fail without a break, 15 minutes unless told otherwise. */
  readonly giveUpAfter?: Duration.Duration | undefined
  /** Takes a not-found for a delay of the provider's, the first few times. */
  readonly isNew?: boolean | undefined
}

export interface WaitOptions extends WatchOptions {
  readonly timeout?: Duration.Duration | undefined
}

/** Time ran out before the operation ended. It goes on; `last` is what was known of it. */
export class WaitTimedOut extends Schema.TaggedError<WaitTimedOut>()("WaitTimedOut", {
  ref: Schema.String,
  timeout: Schema.Duration,
  last: Schema.optionalKey(Operation)
}) {
  override get message() {
    return `${this.ref} was not done after ${DurationText.format(this.timeout)}; it goes on`
  }
}

/** Ends after the final observation. One that was known and is no longer found ends as `lost`. */
export const watch = (
  provider: Provider,
  id: OperationId,
  options: WatchOptions = {}
): Stream.Stream<WatchEvent, ProviderError> =>
  wait(provider, id, { ...options, timeout: undefined }).pipe(
    Stream.catchTag("WaitTimedOut", (unreachable) => Stream.die(unreachable))
  )

/** As `watch`, and fails with `WaitTimedOut` when time is up, after one last poll just then. */
export const wait = (
  provider: Provider,
  id: OperationId,
  options: WaitOptions = {}
): Stream.Stream<WatchEvent, ProviderError | WaitTimedOut> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const start = yield* Clock.currentTimeMillis
      const told = provider.changes === undefined ? undefined : yield* listen(provider.changes(id))
      return Stream.paginate<Progress, WatchEvent, ProviderError | WaitTimedOut>(
        { pause: none, floor: none, failures: 0, notFounds: 0, failingSince: start, expired: false },
        step(provider, id, start, told, options)
      )
    })
  )

/** The end of a wait: the final operation. */
export const result = <E, R>(events: Stream.Stream<WatchEvent, E, R>): Effect.Effect<Operation, E, R> =>
  events.pipe(
    Stream.filter($is("Observed")),
    Stream.runLast,
    Effect.flatMap(
      Option.match({
        onNone: () => Effect.die(new Error("a watch ended without an observation")),
        onSome: ({ operation }) => Effect.succeed(operation)
      })
    )
  )

interface Progress {
  readonly known?: Operation
  /** What the operation's own progress has shown. */
  readonly advance?: Advance | undefined
  readonly pause: Duration.Duration
  /** The part of the pause that the provider asked for: no poll before it is over. */
  readonly floor: Duration.Duration
  /** Polls failed in a row, and since when. */
  readonly failures: number
  readonly failingSince: number
  readonly notFounds: number
  readonly expired: boolean
}

type Step = readonly [ReadonlyArray<WatchEvent>, Option.Option<Progress>]

const none = Duration.zero

/** What an unanswered last poll may take beyond the deadline. */
const grace = Duration.seconds(1)
const forgivenNotFounds = 5

/** How long polls may fail without a break unless told otherwise. */
export const defaultGiveUpAfter = Duration.minutes(15)

type Next = Effect.Effect<Result.Result<Told, ProviderError>>

/** What the source tells next. After a failure the source is asked to begin anew, but not before that is asked for. */
const listen = (changes: Stream.Stream<Told, ProviderError>): Effect.Effect<Next, never, Scope.Scope> =>
  changes.pipe(
    Stream.map(Result.succeed),
    Stream.concat(Stream.die(new Error("the changes of an operation ended before it did"))),
    Stream.catch((error) => Stream.succeed(Result.fail(error))),
    Stream.forever,
    Stream.rechunk(1),
    Stream.toPull,
    Effect.map((pull) => Effect.orDie(Effect.map(pull, ([next]) => next)))
  )

const step = (provider: Provider, id: OperationId, start: number, told: Next | undefined, options: WaitOptions) => {
  const { durations, plan = durations === undefined ? PollPlan.fromAge() : PollPlan.fromDurations(durations) } = options
  const giveUpAfter = options.giveUpAfter ?? defaultGiveUpAfter
  const deadline = options.timeout === undefined ? Infinity : start + Duration.toMillis(options.timeout)

  /** Of one that had ended when it was first seen it may have been learned before. */
  const tell = (how: "learn" | "note", known: Operation) => {
    const lifetime = durations === undefined ? undefined : Lifetime.of(known)
    if (lifetime !== undefined) durations?.[how](lifetime, known.ref)
  }

  const timedOut = (known: Operation | undefined) =>
    Effect.suspend(() => {
      if (known !== undefined) tell("learn", known)
      return new WaitTimedOut({
        ref: `${provider.source}/${id}`,
        timeout: options.timeout ?? none,
        ...(known === undefined ? {} : { last: known })
      })
    })

  const poll = (now: number) =>
    deadline === Infinity
      ? Effect.map(Effect.result(provider.poll(id)), Option.some)
      : Effect.timeoutOption(
          Effect.result(provider.poll(id)),
          Duration.sum(Duration.millis(Math.max(0, deadline - now)), grace)
        )

  /** The next poll; or what the source tells, which is polled only where time is up. */
  const nextAnswer = (now: number): Effect.Effect<Option.Option<Result.Result<Told, ProviderError>>> => {
    if (told === undefined || now >= deadline) return poll(now)
    if (deadline === Infinity) return Effect.map(told, Option.some)
    return Effect.timeoutOrElse(Effect.map(told, Option.some), {
      duration: Duration.millis(deadline - now),
      orElse: () => poll(deadline)
    })
  }

  const observed = (progress: Progress, { operation, pause: floor = none }: Poll, now: number): Step => {
    const known = progress.known === undefined ? operation : StateMachine.advance(progress.known, operation)
    const advance = ExpectedEnd.advance(known, progress.advance)
    const expecting = durations === undefined ? known : ExpectedEnd.withExpectedEnd(known, durations, advance)
    const events = [Observed({ operation: expecting, changed: differs(progress.known, known) })]
    if (isFinal(known.state)) {
      if (progress.known !== undefined) tell("learn", known)
      return [events, Option.none()]
    }
    tell("note", known)
    const pause = told === undefined ? Duration.max(floor, plan(ageOf(known, start, now), { ...known, advance })) : none
    return [events, Option.some({ ...progress, known, advance, pause, floor, failures: 0 })]
  }

  /** `nextPollIn` where the source goes on by itself: then there is no pause of ours. */
  const failed = Effect.fnUntraced(function* (
    progress: Progress,
    error: ProviderError,
    now: number,
    nextPollIn?: Duration.Duration
  ) {
    const notFound = error.reason._tag === "OperationNotFound"
    if (notFound && progress.known !== undefined) {
      const operation = StateMachine.lose(progress.known, Timestamp.fromMillis(now))
      return [[Observed({ operation, changed: true })], Option.none()] satisfies Step
    }
    const forgiven = notFound && options.isNew === true && progress.notFounds < forgivenNotFounds
    const failingSince = progress.failures === 0 ? now : progress.failingSince
    const failingFor = Duration.millis(now - failingSince)
    if (!forgiven && (!isRetryable(error) || Duration.isGreaterThanOrEqualTo(failingFor, giveUpAfter))) {
      return yield* error
    }
    const failures = progress.failures + 1
    const notFounds = progress.notFounds + (notFound ? 1 : 0)
    const pause = nextPollIn ?? (yield* Backoff.delay(failures, error))
    const ours = nextPollIn === undefined ? { pause, floor: retryAfter(error) } : { pause: none, floor: none }
    const next = { ...progress, ...ours, failures, notFounds, failingSince }
    return [[Setback({ error, failingFor, nextPollIn: pause })], Option.some(next)] satisfies Step
  })

  return Effect.fnUntraced(function* (progress: Progress): Effect.fn.Return<Step, ProviderError | WaitTimedOut> {
    if (progress.expired) return yield* timedOut(progress.known)
    const asked = yield* Clock.currentTimeMillis
    const left = Math.max(0, deadline - asked)
    yield* Effect.sleep(Duration.millis(Math.min(left, Duration.toMillis(progress.pause))))
    if (Duration.toMillis(progress.floor) > left) return yield* timedOut(progress.known)
    const before = yield* Clock.currentTimeMillis
    const answer = yield* nextAnswer(before)
    if (Option.isNone(answer)) return yield* timedOut(progress.known)
    const now = yield* Clock.currentTimeMillis
    const [events, next] = yield* Result.match(answer.value, {
      onFailure: (error) => failed(progress, error, now),
      onSuccess: (told) =>
        "operation" in told
          ? Effect.succeed(observed(progress, told, now))
          : failed(progress, told.error, now, told.nextPollIn)
    })
    return [events, Option.map(next, (after) => ({ ...after, expired: now >= deadline }))]
  })
}

/** The longer of the age by the provider's clock and the time spent watching: clocks differ. */
const ageOf = ({ submittedAt }: Operation, start: number, now: number): Duration.Duration => {
  const watched = now - start
  const age = submittedAt === undefined ? watched : now - Timestamp.toMillis(submittedAt)
  return Duration.millis(Math.max(0, age, watched))
}

/** Whether anything is new but the time of the observation and what is guessed from it. */
export const differs = (before: Operation | undefined, after: Operation): boolean =>
  before === undefined || JSON.stringify(substance(before)) !== JSON.stringify(substance(after))

/**
 * Polls operations, each when its pace says so. What came of a poll is known, and stored if it is tracked, before the next
 * one is planned; what has ended, or nobody wants any more, is not polled again.
 */
import { fromOperation } from "@opwatch/core/CompactOperation"
import type { Operation } from "@opwatch/core/Operation"
import type { Poll, Provider } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { Reference, SourceName } from "@opwatch/core/Reference"
import * as Watch from "@opwatch/core/Watch"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { Activity } from "./Activity.ts"
import type { Budget } from "./Budget.ts"
import * as Digest from "./Digest.ts"
import type { Entries } from "./Entries.ts"
import type { Entry } from "./Entry.ts"
import type { Feed } from "./Feed.ts"
import type { Monitor } from "./Health.ts"
import * as Monotonic from "./Monotonic.ts"
import * as Pace from "./Pace.ts"
import type { Plan } from "./Plan.ts"
import * as SourcePolls from "./SourcePolls.ts"
import * as SourceTrouble from "./SourceTrouble.ts"
import type { TrackerMetrics } from "./TrackerMetrics.ts"
import { outcomeOf } from "./TrackerMetrics.ts"

export interface Polling {
  /** First when it is due; nothing happens if it is polled already, or its source is not configured. */
  readonly start: (entry: Entry) => void
  /** A poll under way is interrupted, unless somebody else asked for the same. */
  readonly stop: (entry: Entry) => void
  /** Now, if it waits because polls failed. */
  readonly hasten: (entry: Entry) => void
  /** Polls of the source that are due wait for others, one of them for over a second. */
  readonly isBehind: (source: SourceName) => boolean
  /** For how many milliseconds the poll that is due longest has been, whatever its source; 0 if none is due. */
  readonly overdue: () => number
  /** Plans anew what waits, at one price in place of another: with progress, of which a plan takes long, by the root of both. */
  readonly replan: (source: SourceName, from: number, to: number) => Effect.Effect<void>
}

/** What is made of an answer, and of there being none. */
export interface Learning {
  readonly observed: (reference: Reference, observation: Operation) => Effect.Effect<unknown>
  /** As it was known, it was polled again just now. */
  readonly unchanged: (entry: Entry, observation: Operation) => void
  readonly vanished: (reference: Reference) => Effect.Effect<unknown>
  readonly givenUp: (entry: Entry, exit: Exit.Exit<never, ProviderError>) => void
}

export const make = Effect.fnUntraced(function* (options: {
  readonly providers: ReadonlyMap<SourceName, Provider>
  readonly entries: Entries
  readonly learning: Learning
  readonly feed: (ref: string) => Feed | undefined
  readonly plan: Plan
  readonly budget: Pick<Budget, "price" | "pollsPerSecond">
  readonly activity: Pick<Activity, "began">
  readonly isHeld: () => boolean
  readonly metrics: TrackerMetrics
  readonly monitor: Pick<Monitor, "keep">
  readonly run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
}) {
  const { activity, budget, entries, feed, isHeld, learning, metrics, monitor, plan, providers, run } = options
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const polls = new Map<SourceName, SourcePolls.SourcePolls>()

  const moment = (): Pace.Moment => ({
    now: Monotonic.millis(clock),
    wall: clock.currentTimeMillisUnsafe(),
    chance: random.nextDoubleUnsafe()
  })
  const planOf = (entry: Entry): Pace.Plan => {
    const price = budget.price(entry.reference.source)
    return (age) => plan(entry, age, price)
  }
  const isWanted = (entry: Entry) => entries.get(entry.ref) === entry

  const again = (entry: Entry, { delay, standing }: { readonly delay: number; readonly standing: Pace.Standing }) => {
    entry.standing = standing
    entry.due = Monotonic.millis(clock) + delay
    polls.get(entry.reference.source)?.add(entry)
  }

  const answered = Effect.fnUntraced(function* (entry: Entry, poll: Poll) {
    const digest = Digest.of(fromOperation(poll.operation))
    const isNew = digest !== entry.answer
    metrics.poll(entry.reference.source, isNew ? "changed" : "unchanged")
    if (isNew || !entry.tracked) yield* learning.observed(entry.reference, poll.operation)
    else learning.unchanged(entry, poll.operation)
    entry.answer = digest
    if (!isWanted(entry)) return
    const at = moment()
    entry.notBefore = at.now + (poll.pause === undefined ? 0 : Duration.toMillis(poll.pause))
    again(entry, Pace.afterAnswer(entry.standing, poll, at, planOf(entry)))
  })

  const failed = Effect.fnUntraced(function* (entry: Entry, error: ProviderError) {
    const { ref, reference, standing, tracked } = entry
    metrics.poll(reference.source, outcomeOf(error))
    metrics.pollError(reference.source, error)
    if (error.reason._tag === "OperationNotFound" && standing.seen) {
      yield* learning.vanished(reference)
      if (!isWanted(entry)) return
    }
    const at = moment()
    const next = Pace.afterFailure(standing, error, { isTracked: tracked, isWatched: feed(ref) !== undefined }, at)
    if (next._tag === "GivenUp") return learning.givenUp(entry, Exit.fail(error))
    if (next._tag === "NeverFound") {
      yield* learning.vanished(reference)
      if (isWanted(entry)) again(entry, { delay: brokenPause, standing })
      return
    }
    const failingFor = Duration.millis(at.now - next.standing.failingSince)
    feed(ref)?.tellSetback(Watch.Setback({ error, failingFor, nextPollIn: Duration.millis(next.delay) }))
    return again(entry, next)
  })

  const poll = Effect.fnUntraced(function* (
    entry: Entry,
    provider: Provider,
    source: SourcePolls.SourcePolls,
    trouble: SourceTrouble.SourceTrouble
  ) {
    const result = yield* provider.poll(entry.reference.id).pipe(
      Effect.onExit((exit) => {
        source.answered(exit)
        return trouble.note(exit)
      }),
      Effect.result
    )
    if (!isWanted(entry)) return
    if (Result.isSuccess(result)) yield* answered(entry, result.success)
    else yield* failed(entry, result.failure)
  })

  /** A mistake in opwatch: those who only watch are told, and what is tracked is polled again after a while. */
  const broken = (entry: Entry, cause: Cause.Cause<never>) =>
    Effect.logError(`A poll of ${entry.ref} broke`, cause).pipe(
      Effect.andThen(
        Effect.sync(() => {
          if (!isWanted(entry)) return
          if (entry.tracked) again(entry, { delay: brokenPause, standing: entry.standing })
          else learning.givenUp(entry, Exit.failCause(cause))
        })
      )
    )

  for (const [name, provider] of providers) {
    const trouble = yield* SourceTrouble.make(name)
    const source: SourcePolls.SourcePolls = yield* SourcePolls.make({
      isHeld,
      monitor,
      perSecond: () => budget.pollsPerSecond(name),
      begin: (entry, lateness) => {
        metrics.lateness(name, lateness)
        activity.began(lateness)
        const fiber = run(
          Effect.catchCause(poll(entry, provider, source, trouble), (cause) =>
            Cause.hasInterrupts(cause) ? Effect.void : broken(entry, cause)
          )
        )
        entry.poll = fiber
        fiber.addObserver(() => {
          if (entry.poll === fiber) entry.poll = undefined
        })
      }
    })
    polls.set(name, source)
  }

  return {
    start: (entry) => {
      if (entry.place < 0 && entry.poll === undefined) polls.get(entry.reference.source)?.add(entry)
    },
    stop: (entry) => {
      polls.get(entry.reference.source)?.remove(entry)
      entry.poll?.interruptUnsafe()
    },
    hasten: (entry) => {
      if (entry.standing.failures === 0 || entry.place < 0) return
      const source = polls.get(entry.reference.source)
      source?.remove(entry)
      entry.due = Monotonic.millis(clock)
      source?.add(entry)
    },
    isBehind: (source) => (polls.get(source)?.overdue() ?? 0) > 1_000,
    overdue: () => Math.max(0, ...Array.from(polls.values(), (source) => source.overdue())),
    replan: (source, from, to) =>
      polls.get(source)?.reschedule((entry, now) => {
        const { advance, due, notBefore, standing } = entry
        if (standing.failures > 0) return due
        const delay = (price: number) => plan(entry, now - standing.born, price)
        const times = advance === undefined ? delay(to) / delay(from) : Math.sqrt(to / from)
        const left = Pace.replanned(due - now, times, random.nextDoubleUnsafe(), () => delay(to))
        return Math.max(notBefore, now + left)
      }) ?? Effect.void
  } satisfies Polling
})

const brokenPause = 60_000

/**
 * When to poll an operation again, from what its polls have come to. Pure. Moments are monotonic milliseconds, so that a
 * wall clock that is set does not matter; the wall clock is read only to learn how old an operation is.
 */
import type { Poll } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import { isRetryable, retryAfter } from "@opwatch/core/ProviderError"
import * as Timestamp from "@opwatch/core/Timestamp"
import { defaultGiveUpAfter } from "@opwatch/core/Watch"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"

/** What the polls of an operation have come to, as far as the next one depends on it. */
export interface Standing {
  /** The provider gave it at least once. */
  readonly seen: boolean
  /** The moment of its age nought. */
  readonly born: number
  /** Polls that failed in a row, and the moment of the first of them. */
  readonly failures: number
  readonly failingSince: number
}

export interface Moment {
  readonly now: number
  /** The wall clock, in milliseconds since 1970. */
  readonly wall: number
  /** At random from 0 to 1. */
  readonly chance: number
}

/** What follows a poll. */
export type Next = Data.TaggedEnum<{
  /** The next one, after so many milliseconds. */
  Again: { readonly standing: Standing; readonly delay: number }
  /** The provider had time to know the operation, and does not. */
  NeverFound: {}
  /** The polls stop: nobody tracks the operation and the failure does not pass, or not soon. */
  GivenUp: {}
}>
export const { Again, GivenUp, NeverFound, $match: match } = Data.taggedEnum<Next>()

/** The delay of an operation at each age, in milliseconds. */
export type Plan = (age: number) => number

/** How long after it is tracked an operation may not be found: a provider may know it only some time after its creation. */
export const findsWithin = Duration.toMillis(Duration.minutes(15))

const shortestPause = 250
const longestPause = { tracked: 300_000, watched: 30_000, unfound: 60_000 }

/** Of an operation that is polled from now on. A time in the future says that a clock was wrong: as long ago is taken for it. */
export const begin = (seen: boolean, since: number, { now, wall }: Pick<Moment, "now" | "wall">): Standing => ({
  seen,
  born: now - Math.abs(wall - since),
  failures: 0,
  failingSince: now
})

/**
 * When it was due by whoever polled it before, but no later than its plan may have it here, whatever that one's clock and settings
 * were. Else a part of its plan at random, so that the first polls after a start come as spread as they would have.
 */
export const firstDelay = ({ born }: Standing, { chance, now, wall }: Moment, plan: Plan, due?: number): number => {
  const planned = plan(now - born)
  return due === undefined ? chance * planned : Math.min((1 + spread) * planned, Math.max(0, due - wall))
}

/**
 * What is tracked at once would be polled at once for good, and found to have changed at once. So each poll is moved at random, by
 * at most this part of the shorter of the gaps before and after it: a long wait for a time at which many end has short gaps behind.
 */
const spread = 0.25

/** After an answer with an operation that goes on. */
export const afterAnswer = (standing: Standing, { operation, pause }: Poll, moment: Moment, plan: Plan) => {
  const { seen, born } = standing
  const { submittedAt } = operation
  const submitted = seen || submittedAt === undefined ? born : begin(true, Timestamp.toMillis(submittedAt), moment).born
  const isSame = seen && standing.failures === 0 && submitted >= born
  const next = isSame
    ? standing
    : { seen: true, born: Math.min(born, submitted), failures: 0, failingSince: moment.now }
  const floor = pause === undefined ? 0 : Duration.toMillis(pause)
  const age = moment.now - next.born
  const planned = plan(age)
  const shift = spread * (2 * moment.chance - 1) * Math.min(planned, plan(age + planned))
  return Again({ standing: next, delay: Math.max(floor, planned + shift) })
}

/**
 * What is left of a wait, in milliseconds, where delays become so many times as long. Of a poll that could not begin when it was
 * due a part of the new delay at random, if it is longer.
 */
export const replanned = (left: number, times: number, chance: number, delay: () => number): number => {
  if (left > 0) return left * times
  return times > 1 ? chance * delay() : left
}

/** Who wants it polled. For those who track it, failures always pass. */
export interface Interest {
  readonly isTracked: boolean
  readonly isWatched: boolean
}

/** After a failure, other than a not-found of an operation that was seen. */
export const afterFailure = (standing: Standing, error: ProviderError, interest: Interest, moment: Moment): Next => {
  const failingSince = standing.failures === 0 ? moment.now : standing.failingSince
  const failures = standing.failures + 1
  const again = (longest: number, left = Infinity) => {
    const delay = Math.min(left, pauseAfter(failures, error, longest, moment.chance))
    return Again({ standing: { ...standing, failures, failingSince }, delay })
  }

  if (!interest.isTracked) {
    const failingFor = moment.now - failingSince
    const passes = isRetryable(error) && failingFor < Duration.toMillis(defaultGiveUpAfter)
    return passes ? again(longestPause.watched) : GivenUp()
  }
  if (error.reason._tag !== "OperationNotFound")
    return again(interest.isWatched ? longestPause.watched : longestPause.tracked)
  const left = standing.born + findsWithin - moment.now
  return left <= 0 ? NeverFound() : again(longestPause.unfound, left)
}

/** Doubled at each failure in a row up to the longest, of that between half and all; never less than the provider asked for. */
export const pauseAfter = (failures: number, error: ProviderError, longest: number, chance: number): number =>
  Math.max(
    Duration.toMillis(retryAfter(error)),
    Math.min(longest, shortestPause * 2 ** (failures - 1)) * (0.5 + chance / 2)
  )

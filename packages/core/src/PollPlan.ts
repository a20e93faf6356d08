/**
 * When to poll next. A poll has a price in seconds of lateness, and a plan minimises `lateness + price × polls`. Pure: a
 * plan maps the age of an operation, and what else is known of it, to the next delay.
 */
import * as Duration from "effect/Duration"
import type { Durations, Kind } from "./Durations.ts"
import * as LearnedPlan from "./LearnedPlan.ts"
import type { Advance } from "./ProgressGuess.ts"
import type { Survival } from "./Survival.ts"

/** What a plan may know of an operation besides its age. */
export interface Subject extends Kind {
  /** What its progress has shown so far. */
  readonly advance?: Advance | undefined
}

export interface PollPlan {
  (age: Duration.Duration, subject?: Subject): Duration.Duration
}

/** One poll is worth as much as this lateness, unless told otherwise. */
export const defaultPrice = Duration.seconds(1)

/**
 * Without history the age is the best guide: the delay is `price + √(8/3 × price × age)`, never under 0.2 s.
 * `price` is the lateness that one poll is worth.
 */
export const fromAge = (price: Duration.Duration = defaultPrice): PollPlan => {
  const priceMillis = Duration.toMillis(price)
  return (age) => Duration.millis(LearnedPlan.unknown(priceMillis, Duration.toMillis(age)))
}

/** What the history of its kind makes of an operation's age; without history the same as `fromAge`. */
export const fromSurvival = (survival: Survival, price: Duration.Duration = defaultPrice): PollPlan => {
  const plan = LearnedPlan.make(survival, Duration.toMillis(price))
  return (age) => Duration.millis(plan(Duration.toMillis(age)))
}

/** What is known of each one's kind by then, and its own progress, make of its age. */
export const fromDurations = (durations: Durations, price: Duration.Duration = defaultPrice): PollPlan => {
  const priceMillis = Duration.toMillis(price)
  const unknown = fromAge(price)
  return (age, subject) =>
    subject === undefined
      ? unknown(age)
      : Duration.millis(durations.delay(subject, priceMillis, Duration.toMillis(age), subject.advance))
}

/** The same delay always. */
export const fixed =
  (interval: Duration.Duration): PollPlan =>
  () =>
    interval

/** No delay longer than `longest`. */
export const atMost =
  (plan: PollPlan, longest: Duration.Duration): PollPlan =>
  (age, subject) =>
    Duration.min(plan(age, subject), longest)

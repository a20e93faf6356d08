/**
 * When to poll next. A poll has a price in seconds of lateness, and a plan minimises `lateness + price × polls`. Pure: a
 * plan maps the age of an operation to the next delay.
 */
import * as Duration from "effect/Duration"
import * as LearnedPlan from "./LearnedPlan.ts"
import type { Survival } from "./Survival.ts"

export interface PollPlan {
  (age: Duration.Duration): Duration.Duration
}

/**
 * Without history the age is the best guide to what remains: the delay is `price + √(8/3 × price × age)`, never under 0.2 s.
 * `price` is the lateness that one poll is worth, one second unless told otherwise.
 */
export const fromAge = (price: Duration.Duration = Duration.seconds(1)): PollPlan => {
  const priceMillis = Duration.toMillis(price)
  return (age) => Duration.millis(LearnedPlan.unknown(priceMillis, Duration.toMillis(age)))
}

/** What the history of its kind makes of an operation's age; without history the same as `fromAge`. */
export const fromSurvival = (survival: Survival, price: Duration.Duration = Duration.seconds(1)): PollPlan => {
  const plan = LearnedPlan.make(survival, Duration.toMillis(price))
  return (age) => Duration.millis(plan(Duration.toMillis(age)))
}

/** The same delay always. */
export const fixed =
  (interval: Duration.Duration): PollPlan =>
  () =>
    interval

/** No delay longer than `longest`. */
export const atMost =
  (plan: PollPlan, longest: Duration.Duration): PollPlan =>
  (age) =>
    Duration.min(plan(age), longest)

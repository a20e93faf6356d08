/**
 * When to poll next. A poll has a price in seconds of lateness, and a plan minimises `lateness + price × polls`. Pure: a
 * plan maps the age of an operation to the next delay.
 */
import * as Duration from "effect/Duration"

export interface PollPlan {
  (age: Duration.Duration): Duration.Duration
}

const shortest = Duration.millis(200)

/**
 * Without history the age is the best guide to what remains: the delay is √(2 × price × age), never under 0.2 s. `price`
 * is the lateness that one poll is worth, one second unless told otherwise.
 */
export const fromAge = (price: Duration.Duration = Duration.seconds(1)): PollPlan => {
  const priceMillis = Duration.toMillis(price)
  return (age) => Duration.max(shortest, Duration.millis(Math.sqrt(2 * priceMillis * Duration.toMillis(age))))
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

/** What a poll is worth, and how long the tracker goes without one. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"

export interface PollSettings {
  /** The lateness in milliseconds that one poll is worth where a source has room for all. */
  readonly priceMillis: number
  /** The longest delay in milliseconds at that price. At a higher one it grows with the root of the price, as delays do. */
  readonly longestMillis: number
}

/** Without bound a poll is ever rarer; an hour is what a day-old operation may be late by. */
export const defaults: PollSettings = {
  priceMillis: Duration.toMillis("1 second"),
  longestMillis: Duration.toMillis("1 hour")
}

/** Those of the process; the defaults unless its configuration says otherwise. */
export const PollSettings = Context.Reference<PollSettings>("@opwatch/tracker/PollSettings", {
  defaultValue: () => defaults
})

/** When a delivery that failed is tried again: after growing pauses, for a day, the last time as the day ends. */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

const pauses = ["5 seconds", "30 seconds", "2 minutes", "10 minutes", "30 minutes", "1 hour", "2 hours"] as const

const seriesMillis = Duration.toMillis("24 hours")

export interface Failed {
  /** How many attempts of the series have failed, this one included. */
  readonly attempts: number
  /** When the series began, and now, in milliseconds since 1970. */
  readonly since: number
  readonly now: number
  /** The least pause that the receiver asked for, in milliseconds. */
  readonly floor: number | undefined
  /** From 0 to 1: spreads what failed together. */
  readonly random: number
}

/** In milliseconds since 1970; none when the day is over. */
export const next = ({ attempts, since, now, floor = 0, random }: Failed): Option.Option<number> => {
  const end = since + seriesMillis
  if (now >= end) return Option.none()
  const planned = Duration.toMillis(pauses[Math.min(attempts, pauses.length) - 1] ?? pauses[0])
  const pause = Math.max(planned * (0.8 + 0.4 * random), floor)
  return Option.some(Math.round(Math.min(now + pause, end)))
}

/** Of a `Retry-After` header: seconds or a date; milliseconds from now. */
export const retryAfter = (header: string, now: number): number | undefined => {
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

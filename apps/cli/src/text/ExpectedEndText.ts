/** When an operation is likely to end, in words. A guess is not told to the second, and one that did not come true not at all. */
import type { Operation } from "@opwatch/core/Operation"
import * as Timestamp from "@opwatch/core/Timestamp"

type Expected = Pick<Operation, "expectedEnd" | "expectedEndRange">

/** As in `2026-03-01 12:41:07 UTC (in about 3m; between 12:39 and 12:47)`. `now` is in milliseconds since 1970. */
export const moment = ({ expectedEnd, expectedEndRange }: Expected, now: number): string | undefined => {
  const left = expectedEnd === undefined ? "" : about(Timestamp.toMillis(expectedEnd) - now)
  if (expectedEnd === undefined || left === "") return undefined
  const between = expectedEndRange === undefined ? "" : betweenOf(expectedEndRange)
  return `${dateOf(expectedEnd)} ${clockOf(expectedEnd)} UTC (in about ${left}${between})`
}

/** As in `~3m left (2m to 8m)`. */
export const left = (expected: Expected, now: number): string =>
  [untilEnd(expected, now), range(expected, now)].filter((part) => part !== "").join(" ")

/** As in `~3m left`. */
export const untilEnd = ({ expectedEnd }: Expected, now: number): string =>
  expectedEnd === undefined ? "" : timeLeft(Timestamp.toMillis(expectedEnd) - now)

/** As in `(2m to 8m)`; nothing where that says no more than the end itself. */
export const range = (expected: Expected, now: number): string => {
  const { expectedEndRange } = expected
  if (expectedEndRange === undefined || untilEnd(expected, now) === "") return ""
  const [earliest, latest] = [expectedEndRange.earliest, expectedEndRange.latest].map((time) =>
    about(Timestamp.toMillis(time) - now)
  )
  if (earliest === latest) return ""
  return earliest === "" ? `(up to ${latest})` : `(${earliest} to ${latest})`
}

/** As in `~3m left`. */
export const timeLeft = (millis: number): string => {
  const text = about(millis)
  return text === "" ? "" : `~${text} left`
}

/** As in `3m`; nothing for less than a second. */
const about = (millis: number): string => {
  const unit = units.find(({ from }) => millis >= from)
  return unit === undefined ? "" : `${Math.round(millis / unit.size)}${unit.name}`
}

const units = [
  { name: "d", size: 86_400_000, from: 2 * 86_400_000 },
  { name: "h", size: 3_600_000, from: 2 * 3_600_000 },
  { name: "m", size: 60_000, from: 60_000 },
  { name: "s", size: 1_000, from: 1_000 }
]

const betweenOf = ({ earliest, latest }: NonNullable<Operation["expectedEndRange"]>): string => {
  const millis = Timestamp.toMillis(latest) - Timestamp.toMillis(earliest)
  const clock = (time: Timestamp.Timestamp) => clockOf(time).slice(0, millis < 300_000 ? 8 : 5)
  const text = (time: Timestamp.Timestamp) => {
    if (dateOf(earliest) === dateOf(latest)) return clock(time)
    return millis < 3 * 86_400_000 ? `${dateOf(time)} ${clock(time)}` : dateOf(time)
  }
  return text(earliest) === text(latest) ? "" : `; between ${text(earliest)} and ${text(latest)}`
}

const dateOf = (time: Timestamp.Timestamp): string => time.slice(0, 10)
const clockOf = (time: Timestamp.Timestamp): string => time.slice(11, 19)

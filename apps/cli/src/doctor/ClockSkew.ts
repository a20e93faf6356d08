/** How far this machine's clock is from the service's, by the time that stands in an answer. */
import * as DurationText from "@opwatch/core/DurationText"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ExitCode } from "../ExitCode.ts"
import { type Finding, Trouble } from "./Step.ts"

/** An answer: when it was asked for and when it came, in milliseconds since 1970, and the `Date` that it has. */
export interface Answered {
  readonly start: number
  readonly end: number
  readonly date: string | undefined
}

/** More than this is worth a warning: logs and ages are off. */
const noticeable = Duration.toMillis(Duration.seconds(30))

/** More than this, and what a key signs is not believed: it would be of the future, or of the past. */
const unbelievable = Duration.toMillis(Duration.minutes(5))

/** Milliseconds by which this machine is ahead; unknown without a date. `Date` is cut to the second below. */
export const of = ({ date = "", end, start }: Answered): number | undefined => {
  const theirs = Date.parse(date)
  if (Number.isNaN(theirs)) return undefined
  const ahead = (start + end) / 2 - theirs
  const least = (end - start) / 2
  return ahead >= -least && ahead <= 1000 + least ? 0 : ahead - 500
}

/** `signs` where the credential is a key that signs the time. */
export const judge = (skew: number, signs: boolean): Effect.Effect<Finding<void>, Trouble> => {
  const size = Math.abs(skew)
  const detail =
    size < 1000
      ? "it agrees with the service's"
      : `it is ${DurationText.format(Duration.millis(size))} ${skew > 0 ? "ahead" : "behind"}`
  if (size <= noticeable) return Effect.succeed({ detail, value: undefined })
  const remedy = "set this machine's clock, as with `timedatectl set-ntp true`"
  if (!signs || size <= unbelievable) return Effect.succeed({ detail, remedy, value: undefined })
  return Effect.fail(
    new Trouble({ detail: `${detail}: what the key signs is not believed`, remedy, exitCode: ExitCode.notAllowed })
  )
}

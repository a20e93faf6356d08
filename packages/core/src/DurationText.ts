/** Durations as people write them, `90s`, `10m`, `1h30m`, in flags, configuration and queries. */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** What `parse` reads, for messages. */
export const form = "a duration such as 500ms, 90s, 10m or 1h30m"

/** Nothing else is read, and nearly all of it: not what is longer than can be counted. */
export const pattern = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/u

/** None for anything but whole or decimal numbers, each with its unit. */
export const parse = (text: string): Option.Option<Duration.Duration> => {
  if (!pattern.test(text)) return Option.none()
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)]
  const millis = parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (units[unit] ?? 0), 0)
  return Number.isSafeInteger(Math.round(millis)) ? Option.some(Duration.millis(Math.round(millis))) : Option.none()
}

/** The two largest units that are not zero: `1h30m`, `2m5s`, `800ms`. */
export const format = (duration: Duration.Duration): string => {
  let rest = Math.max(0, Math.round(Duration.toMillis(duration)))
  if (rest >= 1_000) rest = Math.round(rest / 1_000) * 1_000
  const parts: Array<string> = []
  for (const unit of ["d", "h", "m", "s", "ms"] as const) {
    const size = units[unit] ?? 1
    const amount = Math.floor(rest / size)
    if (amount > 0 && parts.length < 2) parts.push(`${amount}${unit}`)
    rest -= amount * size
  }
  return parts.join("") || "0s"
}

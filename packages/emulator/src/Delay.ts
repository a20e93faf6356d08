/** Durations as people write them in scripts and faults: `"500ms"`, `"2s"`, `"1m30s"`, `"2 seconds"`, or milliseconds. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"

const expected = 'a duration such as "500ms", "2s", "1m30s" or "2 seconds", or a number of milliseconds'

const unitMillis: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const short = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/
const shortPart = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g
const long = /^(\d+(?:\.\d+)?) +(milli|second|minute|hour|day)s?$/
const longUnits: Readonly<Record<string, string>> = { milli: "ms", second: "s", minute: "m", hour: "h", day: "d" }

const millisOf = (amount: string | undefined, unit: string | undefined) =>
  Number(amount ?? 0) * (unitMillis[unit ?? ""] ?? 0)

const parse = (input: number | string): number | undefined => {
  if (typeof input === "number") return Number.isFinite(input) && input >= 0 ? input : undefined
  const text = input.trim()
  const words = long.exec(text)
  if (words) return millisOf(words[1], longUnits[words[2] ?? ""])
  if (!short.test(text)) return undefined
  let millis = 0
  for (const [, amount, unit] of text.matchAll(shortPart)) millis += millisOf(amount, unit)
  return millis
}

/** Never negative and never infinite; encodes to milliseconds. */
export const Delay = Schema.Union([Schema.Number, Schema.String])
  .annotate({ message: `Expected ${expected}` })
  .pipe(
    Schema.decodeTo(
      Schema.Duration,
      SchemaTransformation.transformEffect<Duration.Duration, number | string>({
        decode: (input, options) => {
          const millis = parse(input)
          return millis === undefined
            ? Effect.fail(new SchemaIssue.InvalidValue({ expected }, input, options))
            : Effect.succeed(Duration.millis(millis))
        },
        encode: (duration) => Effect.succeed(Duration.toMillis(duration))
      })
    )
  )

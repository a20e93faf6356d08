/**
 * Points in time as RFC 3339 text in UTC. Every fraction digit that came is kept, so nanoseconds survive where a `Date`
 * would lose them, and an impossible date is refused rather than rolled over.
 */
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Schema from "effect/Schema"

/** For tests that generate values from schemas: some of the timestamps there are. */
const sample = "^[1-9]\\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])T[01]\\d:[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$"

/** `YYYY-MM-DDThh:mm:ss[.fraction]Z`, years 0001 to 9999. */
export const Timestamp = Schema.String.check(
  Schema.makeFilter((text) => normalize(text, "Z") === text, {
    expected: "an RFC 3339 time in UTC that exists",
    toJsonSchema: () => [{ format: "date-time", pattern: "Z$" }, true],
    arbitraryConstraint: { patterns: [{ source: sample, flags: "" }] }
  })
).pipe(Schema.brand("Timestamp"))
export type Timestamp = typeof Timestamp.Type

/** Of text that `normalize` gave, which needs no second look. */
const ofNormal = (text: string): Timestamp => Timestamp.make(text, { disableChecks: true })

const pattern = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/

/** RFC 3339 text with any offset, moved to UTC; none without an offset or for a time that does not exist. */
export const fromRfc3339 = (text: string): Option.Option<Timestamp> =>
  Option.map(Option.fromUndefinedOr(normalize(text, undefined)), ofNormal)

/** As `fromRfc3339`, but text without an offset means UTC. */
export const fromUtc = (text: string): Option.Option<Timestamp> =>
  Option.map(Option.fromUndefinedOr(normalize(text, "Z")), ofNormal)

/** Milliseconds since 1970, as `Clock` gives them. */
export const fromMillis = (millis: number): Timestamp => {
  const text = new Date(millis).toISOString()
  return millis >= first && millis < afterLast ? ofNormal(text) : Timestamp.make(text)
}

/** The times whose text has a year of four digits, not all of them nought. */
const [first, afterLast] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z") + 1]

/** Milliseconds since 1970, finer digits cut off. */
export const toMillis = (timestamp: Timestamp): number => {
  const [seconds, fraction] = split(timestamp)
  return Date.parse(`${seconds}Z`) + Number(fraction.slice(0, 3).padEnd(3, "0"))
}

/** Earlier first, to the last fraction digit. */
export const order: Order.Order<Timestamp> = Order.make((a, b) => {
  const [secondsA, fractionA] = split(a)
  const [secondsB, fractionB] = split(b)
  if (secondsA !== secondsB) return secondsA < secondsB ? -1 : 1
  const digits = Math.max(fractionA.length, fractionB.length)
  const [x, y] = [fractionA.padEnd(digits, "0"), fractionB.padEnd(digits, "0")]
  return x === y ? 0 : x < y ? -1 : 1
})

const split = (timestamp: Timestamp): readonly [seconds: string, fraction: string] => [
  timestamp.slice(0, 19),
  timestamp.slice(20, -1)
]

const normalize = (text: string, zone: "Z" | undefined): string | undefined => {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction, given] = match
  const offset = given ?? zone
  if (offset === undefined) return undefined
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const millis = Date.parse(`${local}Z`)
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 19) !== local) return undefined
  const minutes = offsetMinutes(offset)
  const utc = minutes === 0 ? local : new Date(millis - minutes * 60_000).toISOString()
  if (!/^(?!0000)\d{4}-/.test(utc)) return undefined
  return `${utc.slice(0, 19)}${fraction === undefined ? "" : `.${fraction}`}Z`
}

const offsetMinutes = (offset: string): number => {
  if (offset === "Z" || offset === "z") return 0
  const sign = offset.startsWith("-") ? -1 : 1
  return sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)))
}

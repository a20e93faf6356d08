/** Timestamps as the two APIs write them, and their order, in which every fraction digit counts. */
import * as DateTime from "effect/DateTime"

const iso = (millis: number) => DateTime.formatIso(DateTime.makeUnsafe(millis))

/** Naive UTC with three fraction digits. */
export const tolokaTime = (millis: number): string => iso(millis).replace("Z", "")

/** Nine fraction digits; the last six are fixed and not zero, so that a client that drops them is found out. */
export const cloudTime = (millis: number): string => iso(millis).replace("Z", "417093Z")

const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/

/** Since the epoch; a time without a zone is UTC, and what is no timestamp has none. */
export const nanosOf = (value: unknown): bigint | undefined => {
  const [, seconds, fraction = "", zone = "Z"] = (typeof value === "string" && pattern.exec(value)) || []
  const millis = Date.parse(`${seconds}${zone}`)
  return Number.isNaN(millis) ? undefined : BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0"))
}

/** Whether it is a time as Toloka takes them: one without a zone. */
export const isNaive = (text: string): boolean => nanosOf(text) !== undefined && pattern.exec(text)?.[3] === undefined

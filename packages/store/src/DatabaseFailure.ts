/**
 * What a database's errors mean to those who use the store. Every code that may come of the world outside is in one of the
 * tables; any other is a mistake of ours, and stays a defect.
 */
import { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"

type Reason = StoreError["reason"]
type Meaning = readonly [reason: Reason, words: string]

/** `place` is what the user knows the database by, without its password. */
export const fail = (place: string, reason: Reason, words: string): StoreError =>
  new StoreError({ reason, message: `${place}: ${words}` })

/** Where a program that knows the tables of `version` may not work, as only those of `oldest` and later may. */
export const refuseOlder = (place: string, version: number, oldest: number): Effect.Effect<void, StoreError> =>
  version >= oldest
    ? Effect.void
    : Effect.fail(
        fail(
          place,
          "unusable",
          `a later version of opwatch has changed it (it needs schema ${oldest}; this one knows ${version})`
        )
      )

/** The error that this one means to users of the database at `place`. */
export const translate =
  (place: string) =>
  (error: SqlError): Effect.Effect<never, StoreError> => {
    const meaning = meaningOf(error)
    return meaning === undefined ? Effect.die(error) : Effect.fail(fail(place, ...meaning))
  }

export const meaningOf = (error: SqlError): Meaning | undefined => {
  const { cause } = error.reason
  if (hasNumber(cause, "errcode")) return sqlite(cause.errcode, messageOf(cause))
  if (hasText(cause, "severity") && hasText(cause, "code")) return postgres(cause.code, messageOf(cause))
  if (error.reason._tag === "AuthenticationError") return ["unusable", `it does not let us in (${messageOf(cause)})`]
  if (wrongUrl.test(error.message)) return ["unusable", `its URL is wrong (${messageOf(cause)})`]
  if (error.reason._tag === "ConnectionError") return ["unavailable", `it cannot be reached (${messageOf(cause)})`]
  return undefined
}

/** What the client for Postgres says before it connects at all. */
const wrongUrl = /^PgConnection: (Invalid|Unrecognized|Unsupported connection URL|No username)/

/** By the primary result code of https://sqlite.org/rescode.html, the low byte. */
const sqlite = (errcode: number, message: string): Meaning | undefined => {
  if (errcode === shmSize) return full
  switch (errcode & 0xff) {
    case 13:
      return full
    case 5:
    case 6:
      return ["unavailable", "another program holds it locked"]
    case 10:
      return ["unavailable", `it could not be read or written (${message})`]
    case 11:
      return ["unusable", `it is damaged (${message})`]
    case 26:
      return ["unusable", "it is not a database"]
    case 3:
    case 8:
      return ["unusable", `it cannot be written (${message})`]
    case 14:
      return ["unusable", `it cannot be opened (${message})`]
    case 1:
      return /no such (table|column)/.test(message) ? ["unusable", unknownSchema(message)] : undefined
    default:
      return undefined
  }
}

/** The file that readers share could not grow, which is for want of room. */
const shmSize = 4874

/** By https://www.postgresql.org/docs/current/errcodes-appendix.html, the class first where all of it means the same. */
const postgres = (code: string, message: string): Meaning | undefined => {
  if (code === "53100" || /No space left on device/i.test(message)) return full
  if (code === "55P03") return ["unavailable", "others hold its tables locked"]
  /** A replica, as it is told that it is to be written to. */
  if (code === "0A000" && /during recovery/.test(message)) return ["unavailable", message]
  if (passing.has(code) || /^(08|53|58)/.test(code)) return ["unavailable", message]
  if (code === "3D000" || code.startsWith("28")) return ["unusable", `it does not let us in (${message})`]
  if (code === "42501" || code === "3F000") return ["unusable", `we may not do what we need to (${message})`]
  if (code === "42P01" || code === "42703") return ["unusable", unknownSchema(message)]
  if (code.startsWith("XX")) return ["unusable", `it is damaged (${message})`]
  return undefined
}

const passing = new Set([
  /** Read-only, as a replica is until it takes over. */
  "25006",
  "25P03",
  "25P04",
  "40001",
  "40P01",
  "57014",
  "57P01",
  "57P02",
  "57P03",
  "57P05"
])

const full: Meaning = ["full", "no room is left to write"]

const unknownSchema = (message: string) => `its tables are not those of opwatch (${message})`

const messageOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join(", ")
  return cause.message
}

const hasNumber = <K extends string>(value: unknown, key: K): value is Record<K, number> =>
  typeof value === "object" && value !== null && typeof Reflect.get(value, key) === "number"

const hasText = <K extends string>(value: unknown, key: K): value is Record<K, string> =>
  typeof value === "object" && value !== null && typeof Reflect.get(value, key) === "string"

/**
 * Reads the fields of a provider's JSON object leniently. A field that does not fit is absent and an anomaly, never a
 * failure; `null` means absent and is no anomaly.
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { Json, JsonObject } from "effect/Schema"
import type { Anomaly } from "./Operation.ts"
import type { Timestamp } from "./Timestamp.ts"

export interface FieldReader {
  readonly anomalies: ReadonlyArray<Anomaly>
  readonly report: (anomaly: Anomaly) => void
  readonly text: (name: string) => string | undefined
  readonly flag: (name: string) => boolean | undefined
  readonly object: (name: string) => JsonObject | undefined
  readonly timestamp: (name: string, parse: (text: string) => Option.Option<Timestamp>) => Timestamp | undefined
  /** A number within bounds; a number as text will do, with an anomaly. */
  readonly number: (name: string, bounds: Bounds) => number | undefined
}

export interface Bounds {
  readonly minimum: number
  readonly maximum: number
  readonly whole?: boolean
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  Predicate.isObject(value) && !Array.isArray(value)

/** `path` stands before the names of fields in anomalies, as in `details.`. */
export const make = (object: JsonObject, path = ""): FieldReader => {
  const anomalies: Array<Anomaly> = []
  const report = (anomaly: Anomaly) => {
    anomalies.push(anomaly)
  }
  const misfit = (code: Anomaly["code"], name: string, problem: string) => {
    report({ code, field: `${path}${name}`, message: `${show(object[name])} ${problem}` })
    return undefined
  }
  const read = <A>(name: string, what: string, refine: (value: Json) => A | undefined): A | undefined => {
    const value = object[name]
    if (value === undefined || value === null) return undefined
    return refine(value) ?? misfit("wrong_type", name, `is not ${what}; left out`)
  }
  const text = (name: string) => read(name, "text", (value) => (typeof value === "string" ? value : undefined))
  return {
    anomalies,
    report,
    text,
    flag: (name) => read(name, "true or false", (value) => (typeof value === "boolean" ? value : undefined)),
    object: (name) => read(name, "an object", (value) => (isObject(value) ? value : undefined)),
    timestamp: (name, parse) => {
      const value = text(name)
      return value === undefined
        ? undefined
        : Option.getOrElse(parse(value), () => misfit("impossible_date", name, "is not a date; left out"))
    },
    number: (name, bounds) => {
      const value = read(name, "a number", toNumber)
      if (value === undefined) return undefined
      if (typeof object[name] === "string") misfit("wrong_type", name, "is a number written as text")
      if (bounds.whole === true && !Number.isInteger(value)) {
        return misfit("wrong_type", name, "is not a whole number; left out")
      }
      return value >= bounds.minimum && value <= bounds.maximum
        ? value
        : misfit("out_of_range", name, `is not between ${bounds.minimum} and ${bounds.maximum}; left out`)
    }
  }
}

const toNumber = (value: Json): number | undefined => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number) ? number : undefined
}

const show = (value: Json | undefined): string => {
  const text = JSON.stringify(value) ?? ""
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** The object without the fields that are absent, as `exactOptionalPropertyTypes` wants it. */
export const present = <A extends Record<string, unknown>>(fields: A): Present<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<A>

export type Present<A> = { readonly [K in keyof A as undefined extends A[K] ? never : K]: A[K] } & {
  readonly [K in keyof A as undefined extends A[K] ? K : never]?: Exclude<A[K], undefined>
}

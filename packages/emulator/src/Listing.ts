/**
 * How Toloka's lists are asked: equal fields, ranges, an order and a limit. A parameter that the list does not know, or a
 * value that it cannot use, is an error and not ignored.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { FieldError, FieldErrors } from "./FieldErrors.ts"
import { notDateTime, notInteger, oneOf, outOfBounds, repeated, unknownParameter } from "./FieldErrors.ts"
import { isNaive, nanosOf } from "./Timestamp.ts"

export interface Shape {
  /** Fields that may be asked to equal a value: any, or one of these. */
  readonly equal: Readonly<Record<string, "any" | ReadonlyArray<string>>>
  readonly ranges: Readonly<Record<string, Kind>>
  readonly sort: ReadonlyArray<string>
  readonly maximum: number
}

export interface Page {
  readonly items: ReadonlyArray<Schema.JsonObject>
  readonly has_more: boolean
}

export type Parameters = Readonly<Record<string, string | ReadonlyArray<string>>>

type Kind = "text" | "time" | "number"
type Item = Schema.JsonObject
type Comparable = string | bigint | number

const bounds: Readonly<Record<string, (order: number) => boolean>> = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0
}

const rangePattern = /^(\w+)_(gte?|lte?)$/

/** Ordered by id where no order is asked for; items without the field come last, and are in no range of it. */
export const parse = (
  shape: Shape,
  parameters: Parameters
): Result.Result<(items: ReadonlyArray<Item>) => Page, FieldErrors> => {
  const tests: Array<(item: Item) => boolean> = []
  const errors: Record<string, FieldError> = {}
  let sort: ReadonlyArray<string> = ["id"]
  let limit = 50

  const read = (name: string, value: string): FieldError | undefined => {
    const allowed = Object.hasOwn(shape.equal, name) ? shape.equal[name] : undefined
    if (allowed !== undefined) {
      if (allowed !== "any" && !allowed.includes(value)) return oneOf(allowed)
      tests.push((item) => item[name] !== undefined && String(item[name]) === value)
      return undefined
    }
    if (name === "limit") {
      if (!/^-?\d+$/.test(value)) return notInteger
      limit = Number(value)
      return limit < 1 || limit > shape.maximum ? outOfBounds(1, shape.maximum) : undefined
    }
    if (name === "sort") {
      sort = value.split(",")
      return sort.every((key) => shape.sort.includes(fieldOf(key))) ? undefined : oneOf(shape.sort)
    }
    const [, field = "", bound = ""] = rangePattern.exec(name) ?? []
    const kind = Object.hasOwn(shape.ranges, field) ? shape.ranges[field] : undefined
    const isWithin = bounds[bound]
    if (kind === undefined || isWithin === undefined) return unknownParameter
    if (kind === "time" && !isNaive(value)) return notDateTime
    const edge = comparable(kind, kind === "number" ? Number(value) : value)
    if (edge === undefined) return notInteger
    tests.push((item) => {
      const found = comparable(kind, item[field])
      return found !== undefined && isWithin(compare(found, edge))
    })
    return undefined
  }

  for (const [name, value] of Object.entries(parameters)) {
    const error = typeof value === "string" ? read(name, value) : repeated
    if (error !== undefined) errors[name] = error
  }
  if (Object.keys(errors).length > 0) return Result.fail(errors)

  const order = [...sort, "id"].map((key) => ({
    field: fieldOf(key),
    kind: shape.ranges[fieldOf(key)] ?? "text",
    sign: key.startsWith("-") ? -1 : 1
  }))
  return Result.succeed((items) => {
    const sorted = items
      .filter((item) => tests.every((test) => test(item)))
      .map((item) => ({ item, keys: order.map(({ field, kind }) => comparable(kind, item[field])) }))
      .toSorted((a, b) =>
        order.reduce((result, { sign }, index) => result || inOrder(a.keys[index], b.keys[index], sign), 0)
      )
    return { items: sorted.slice(0, limit).map(({ item }) => item), has_more: sorted.length > limit }
  })
}

const fieldOf = (key: string) => key.replace(/^-/, "")

const inOrder = (a: Comparable | undefined, b: Comparable | undefined, sign: number) =>
  a === undefined || b === undefined ? Number(a === undefined) - Number(b === undefined) : sign * compare(a, b)

const compare = (a: Comparable, b: Comparable) => (a < b ? -1 : a > b ? 1 : 0)

const comparable = (kind: Kind, value: Schema.Json | undefined): Comparable | undefined => {
  if (kind === "time") return nanosOf(value)
  if (kind === "number") return typeof value === "number" && !Number.isNaN(value) ? value : undefined
  return typeof value === "string" ? value : undefined
}

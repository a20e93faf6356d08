/**
 * The operations of one cloud resource, newest first, in pages. A page token tells the last operation of the page before,
 * so what is created meanwhile moves nothing; it is good for the resource and the filter it was given for.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Parameters } from "./Listing.ts"
import { isObject } from "./MergePatch.ts"
import { nanosOf } from "./Timestamp.ts"

export interface Query {
  readonly resource: string
  readonly pageSize: number
  readonly filter: string
  readonly after: Position | undefined
}

export interface Page {
  readonly operations: ReadonlyArray<Schema.JsonObject>
  readonly nextPageToken?: string
}

export interface Mistake {
  readonly field: string
  readonly description: string
}

interface Position {
  readonly createdAt: bigint
  readonly id: string
}

/** A list that takes no filter ignores one, as it ignores every parameter it does not know. */
export const parse = (resource: string, hasFilter: boolean, parameters: Parameters): Result.Result<Query, Mistake> => {
  const one = (name: string) => [parameters[name] ?? ""].flat().at(-1) ?? ""
  const size = one("pageSize") || "0"
  if (!/^\d+$/.test(size) || Number(size) > 1000) return mistake("pageSize", "value must be 0 to 1000")
  const filter = hasFilter ? one("filter") : ""
  if (!isFilter(filter)) return mistake("filter", "expected done=false, done=true or created_by='<id>', joined by AND")
  const token = one("pageToken")
  const after = token === "" ? Option.none() : positionOf(token, resource, filter)
  if (token !== "" && Option.isNone(after)) return mistake("pageToken", "invalid page token")
  return Result.succeed({ resource, filter, pageSize: Number(size) || 100, after: Option.getOrUndefined(after) })
}

const mistake = (field: string, description: string) => Result.fail({ field, description })

export const pageOf = (operations: ReadonlyArray<Schema.JsonObject>, query: Query): Page => {
  const found = operations
    .filter((operation) => isAbout(operation, query.resource) && passes(operation, query.filter))
    .map((operation) => ({ operation, position: placeOf(operation) }))
    .filter(({ position }) => query.after === undefined || newestFirst(query.after, position) < 0)
    .toSorted((a, b) => newestFirst(a.position, b.position))
  const page = found.slice(0, query.pageSize)
  const last = page.at(-1)
  return {
    operations: page.map(({ operation }) => operation),
    ...(found.length > page.length && last !== undefined ? { nextPageToken: tokenOf(last.position, query) } : {})
  }
}

const placeOf = ({ createdAt, id }: Schema.JsonObject): Position => ({
  createdAt: nanosOf(createdAt) ?? 0n,
  id: String(id)
})

const newestFirst = (a: Position, b: Position) =>
  a.createdAt === b.createdAt ? (a.id < b.id ? -1 : Number(a.id > b.id)) : a.createdAt > b.createdAt ? -1 : 1

/** The target is the first field of the metadata that ends in `Id`; without one, a plain `id` or `name`, or a list of ids. */
const isAbout = ({ metadata }: Schema.JsonObject, resource: string): boolean => {
  if (!isObject(metadata)) return false
  const target = Object.keys(metadata).find((key) => key.endsWith("Id"))
  if (target !== undefined) return metadata[target] === resource
  return Object.entries(metadata).some(
    ([key, value]) =>
      ((key === "id" || key === "name") && value === resource) ||
      (key.endsWith("Ids") && Array.isArray(value) && value.includes(resource))
  )
}

const term = /^(?:done\s*=\s*(true|false)|created_by\s*=\s*['"]([^'"]*)['"])$/i
const termsOf = (filter: string) => (filter === "" ? [] : filter.trim().split(/\s+AND\s+/i))
const isFilter = (filter: string) => termsOf(filter).every((text) => term.test(text))

const passes = (operation: Schema.JsonObject, filter: string): boolean =>
  termsOf(filter).every((text) => {
    const [, done, createdBy] = term.exec(text) ?? []
    return done === undefined
      ? operation.createdBy === createdBy
      : (operation.done === true) === (done.toLowerCase() === "true")
  })

const Token = Schema.fromJsonString(
  Schema.Struct({
    resource: Schema.String,
    filter: Schema.String,
    createdAt: Schema.BigIntFromString,
    id: Schema.String
  })
)
const decodeToken = Schema.decodeOption(Token)
const encodeToken = Schema.encodeSync(Token)

const tokenOf = (position: Position, { filter, resource }: Query) =>
  Buffer.from(encodeToken({ resource, filter, ...position })).toString("base64url")

const positionOf = (token: string, resource: string, filter: string): Option.Option<Position> =>
  Option.filter(
    decodeToken(Buffer.from(token, "base64url").toString()),
    (position) => position.resource === resource && position.filter === filter
  )

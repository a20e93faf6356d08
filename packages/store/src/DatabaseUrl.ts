/** Which database to use, as one line of text says it: `file:PATH` or `postgres://…`. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { fileURLToPath } from "node:url"
import type { Database } from "./Database.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import * as PostgresDatabase from "./PostgresDatabase.ts"
import * as SqliteDatabase from "./SqliteDatabase.ts"
import * as SqliteFile from "./SqliteFile.ts"

export type DatabaseUrl =
  | { readonly _tag: "File"; readonly path: string }
  | { readonly _tag: "Postgres"; readonly url: Redacted.Redacted<URL> }

/** Says what is wrong without repeating the text, which may hold a password. */
export const parse = (text: Redacted.Redacted): Result.Result<DatabaseUrl, StoreError> => {
  const value = Redacted.value(text).trim()
  const path = pathOf(value)
  if (path !== undefined && path !== "") return Result.succeed({ _tag: "File", path })
  if (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value)) {
    return Result.succeed({ _tag: "Postgres", url: Redacted.make(new URL(value), { label: "database URL" }) })
  }
  return Result.fail(
    DatabaseFailure.fail("the database URL", "unusable", "write file:PATH or postgres://USER@HOST:PORT/DATABASE")
  )
}

/** After `file:` stands the path as it is, or, after `file://`, as URLs write it. */
const pathOf = (value: string): string | undefined => {
  if (!value.startsWith("file:")) return undefined
  if (!value.startsWith("file://")) return value.slice("file:".length)
  return Result.getOrUndefined(Result.try(() => fileURLToPath(value)))
}

/** The database that the text names, or else the file of `options`. */
export const layer = (
  text: Redacted.Redacted | undefined,
  options: SqliteDatabase.Options
): Layer.Layer<Database, StoreError> => {
  if (text === undefined) return SqliteDatabase.layer(options)
  return Layer.unwrap(Effect.map(Effect.fromResult(parse(text)), (url) => layerOf(url, options)))
}

/** As `Database.place`: the same for all who mean this database by this name. */
export const placeOf = (url: DatabaseUrl): string =>
  url._tag === "File" ? SqliteFile.placeOf(url.path) : PostgresDatabase.placeOf(Redacted.value(url.url))

export const layerOf = (
  url: DatabaseUrl,
  { address, applicationName }: { readonly address?: string | undefined; readonly applicationName?: string } = {}
): Layer.Layer<Database, StoreError> =>
  url._tag === "File"
    ? SqliteDatabase.layer({ path: url.path, address })
    : PostgresDatabase.layer(url.url, applicationName)

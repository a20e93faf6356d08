/** New stores with nothing in them, each on a database of its own. */
import { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Database } from "../src/Database.ts"
import * as PostgresDatabase from "../src/PostgresDatabase.ts"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import * as SqlStore from "../src/SqlStore.ts"
import { PostgresServer } from "./PostgresServer.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

/** With its database, to do to that what happens to databases. */
export const withDatabase = (database: Layer.Layer<Database, StoreError>) =>
  Effect.map(Layer.build(Layer.fresh(Layer.provideMerge(SqlStore.layer, database))), (context) => ({
    store: Context.get(context, Store),
    database: Context.get(context, Database)
  }))

/** Anew at each call, also on the same database. */
export const on = (database: Layer.Layer<Database, StoreError>) =>
  Effect.map(withDatabase(database), ({ store }) => store)

export const sqliteDatabase = Effect.map(TemporaryFolder.make, (folder) =>
  SqliteDatabase.layer({ path: `${folder}/opwatch.db` })
)

export const postgresDatabase = Effect.gen(function* () {
  const { database } = yield* PostgresServer
  return PostgresDatabase.layer(yield* database)
})

export const sqlite = Effect.flatMap(sqliteDatabase, on)

export const postgres = Effect.flatMap(postgresDatabase, on)

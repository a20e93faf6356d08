/** Webhook stores with nothing in them, each beside a store of operations on one database. */
import { Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import { WebhookStore } from "@opwatch/webhooks/WebhookStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Database } from "../src/Database.ts"
import * as PostgresDatabase from "../src/PostgresDatabase.ts"
import * as SqliteDatabase from "../src/SqliteDatabase.ts"
import * as SqlStore from "../src/SqlStore.ts"
import * as SqlWebhookStore from "../src/SqlWebhookStore.ts"
import { PostgresServer } from "./PostgresServer.ts"
import * as TemporaryFolder from "./TemporaryFolder.ts"

export const layer = (database: Layer.Layer<Database, StoreError>) =>
  Layer.mergeAll(SqlStore.layer, SqlWebhookStore.layer).pipe(Layer.provide(database))

export const on = (database: Layer.Layer<Database, StoreError>) =>
  Effect.map(Layer.build(Layer.fresh(layer(database))), (context) => ({
    store: Context.get(context, Store),
    webhooks: Context.get(context, WebhookStore)
  }))

export const sqlite = Effect.flatMap(TemporaryFolder.make, (folder) =>
  on(SqliteDatabase.layer({ path: `${folder}/opwatch.db` }))
)

export const postgres = Effect.gen(function* () {
  const { database } = yield* PostgresServer
  return yield* on(PostgresDatabase.layer(yield* database))
})

/** Migrations of a version that is yet to come. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import type * as Migrations from "../src/Migrations.ts"
import { migrations, oldest, version } from "../src/Migrations.ts"

/** Adds to every table, and a table. */
const add = Effect.gen(function* () {
  const sql = yield* SqlClient
  const tables = yield* sql.onDialectOrElse({
    pg: () => sql<{ name: string }>`SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'opwatch%'`,
    orElse: () => sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'opwatch%'`
  })
  for (const { name } of tables.filter(({ name }) => !/^opwatch_(migration|cluster)/.test(name))) {
    yield* sql`ALTER TABLE ${sql(name)} ADD COLUMN later TEXT`
    yield* sql`ALTER TABLE ${sql(name)} ADD COLUMN later_count INTEGER NOT NULL DEFAULT 1`
    yield* sql`CREATE INDEX ${sql(`${name}_later`)} ON ${sql(name)} (later_count)`
  }
  yield* sql`CREATE TABLE opwatch_later (number INTEGER NOT NULL PRIMARY KEY)`
})

/** Takes a column that is read with every page of changes. */
const take = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`ALTER TABLE opwatch_change RENAME COLUMN at TO happened_at`
})

/** As this one, with a migration that it can live with. */
export const next = version + 1
export const additive: Migrations.Known = { migrations: { ...migrations, [`${next}_add`]: add }, oldest }

/** With one more, that neither it nor this one can. */
export const afterNext = version + 2
export const breaking: Migrations.Known = {
  migrations: { ...additive.migrations, [`${afterNext}_take`]: take },
  oldest: afterNext
}

import { assert, layer } from "@effect/vitest"
import type { Vitest } from "@effect/vitest"
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Database } from "../src/Database.ts"
import * as Migrations from "../src/Migrations.ts"
import * as StoredTables from "../src/StoredTables.ts"
import { PostgresServer } from "./PostgresServer.ts"
import * as Stores from "./Stores.ts"

interface Column {
  readonly table: string
  readonly column: string
  /** From 1; 0 or null of one that is not in the primary key. */
  readonly key: number | null
  readonly counted: number
}

const columnsOf = ({ sql }: Database["Service"]) =>
  sql.onDialectOrElse({
    pg: () => sql<Column>`
      SELECT c.table_name AS table, c.column_name AS column, k.ordinal_position AS key,
        CASE c.is_identity WHEN 'YES' THEN 1 ELSE 0 END AS counted
      FROM information_schema.columns c
      LEFT JOIN information_schema.key_column_usage k
        ON k.table_name = c.table_name AND k.column_name = c.column_name AND k.constraint_name = c.table_name || '_pkey'
      WHERE c.table_schema = current_schema()`,
    orElse: () => sql<Column>`
      SELECT t.name AS "table", c.name AS "column", c.pk AS key, c.pk = 1 AND t.sql LIKE '%AUTOINCREMENT%' AS counted
      FROM sqlite_schema t, pragma_table_info(t.name) c
      WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`
  })

const suite = <R>(
  it: Vitest.MethodsNonLive<R>,
  database: Effect.Effect<Layer.Layer<Database, StoreError>, StoreError, R | Scope.Scope>
) =>
  it.effect("names every table and column that there is, as kept or as transient", () =>
    Effect.gen(function* () {
      const opened = Context.get(yield* Layer.build(yield* database), Database)
      yield* Migrations.run(opened)
      const tables = Map.groupBy(yield* Effect.orDie(columnsOf(opened)), ({ table }) => table)
      const named = [...StoredTables.kept.map(({ name }) => name), ...StoredTables.transient]
      assert.deepStrictEqual([...tables.keys()].toSorted(), named.toSorted())
      for (const { columns, isCounted = false, key, name, transient = [] } of StoredTables.kept) {
        const found = tables.get(name) ?? []
        assert.sameMembers(
          found.map(({ column }) => column),
          [...columns.split(", "), ...transient]
        )
        const keys = found.filter(({ key }) => key !== null && key > 0)
        const order = keys.toSorted((a, b) => Number(a.key) - Number(b.key)).map(({ column }) => column)
        assert.deepStrictEqual(order, key === undefined ? [] : key.split(", "), name)
        assert.strictEqual(
          found.some(({ counted }) => counted === 1),
          isCounted,
          name
        )
      }
    })
  )

layer(Layer.empty)("the list of tables, on SQLite,", (it) => suite(it, Stores.sqliteDatabase))

layer(PostgresServer.layer, { timeout: "30 seconds" })("the list of tables, on Postgres,", (it) =>
  suite(it, Stores.postgresDatabase)
)

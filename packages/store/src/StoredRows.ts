/** The rows of any table of a store, a page at a time: no table has to fit into memory. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Stream from "effect/Stream"
import type { Database } from "./Database.ts"
import type { StoredTable } from "./StoredTables.ts"

/** Its values in the order of the table's columns. */
export type Row = Readonly<Record<string, unknown>>
export type Page = Arr.NonEmptyReadonlyArray<Row>

const pageSize = 500

/** In the order of the key, which is the same in both dialects. */
export const pages = ({ run, sql }: Database["Service"], table: StoredTable): Stream.Stream<Page, StoreError> =>
  Stream.paginate<Row | undefined, Page, StoreError>(undefined, (last) =>
    Effect.map(run(page(sql, table, last)), (rows) => [
      Arr.isReadonlyArrayNonEmpty(rows) ? [rows] : [],
      rows.length < pageSize ? Option.none() : Arr.last(rows)
    ])
  )

const page = (sql: SqlClient, { columns, key, name }: StoredTable, last: Row | undefined) => {
  const rows = sql`SELECT ${sql.literal(columns)} FROM ${sql(name)}`
  if (key === undefined) return sql<Row>`${rows}`
  const place = last === undefined ? [] : key.split(", ").map((column) => last[column])
  const after = last === undefined ? sql`` : sql`WHERE (${sql.literal(key)}) > ${sql.in(place)}`
  return sql<Row>`${rows} ${after} ORDER BY ${sql.literal(key)} LIMIT ${pageSize}`
}

/** As they are, with the numbers that the database gave them elsewhere. What is always one row is there already. */
export const write = (sql: SqlClient, { columns, key, name }: StoredTable, rows: Page) => {
  if (key === undefined) return sql`UPDATE ${sql(name)} SET ${sql.update(rows[0])}`
  return sql.onDialectOrElse({
    pg: () => sql`
      INSERT INTO ${sql(name)} (${sql.literal(columns)}) OVERRIDING SYSTEM VALUE
      SELECT ${sql.literal(columns)} FROM json_populate_recordset(NULL::${sql(name)}, ${JSON.stringify(rows)}::text::json)`,
    orElse: () => sql`INSERT INTO ${sql(name)} ${sql.insert(rows)}`
  })
}

const Count = Schema.Struct({ count: Schema.NullOr(Schema.Int) })

const findCount = (execute: () => Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
  Effect.map(SqlSchema.findAll({ Request: Schema.Void, Result: Count, execute })(undefined), ([row]) => row?.count ?? 0)

export interface Counted {
  readonly table: StoredTable
  readonly count: number
}

export const counted = (sql: SqlClient, table: StoredTable) =>
  Effect.map(
    findCount(() => sql`SELECT COUNT(*) AS count FROM ${sql(table.name)}`),
    (count): Counted => ({ table, count })
  )

/** The last number that the database gave, also if its row is gone; 0 before the first. */
export const lastNumber = (sql: SqlClient, { name }: StoredTable) =>
  findCount(() =>
    sql.onDialectOrElse({
      pg: () => sql`SELECT pg_sequence_last_value(pg_get_serial_sequence(${name}, 'number')::regclass) AS count`,
      orElse: () => sql`SELECT seq AS count FROM sqlite_sequence WHERE name = ${name}`
    })
  )

/** Has the database go on after this number. */
export const countOn = Effect.fnUntraced(function* (sql: SqlClient, { name }: StoredTable, number: number) {
  if (number === 0) return
  yield* sql.onDialectOrElse({
    pg: () => sql`SELECT setval(pg_get_serial_sequence(${name}, 'number'), ${number})`,
    orElse: () =>
      Effect.andThen(
        sql`DELETE FROM sqlite_sequence WHERE name = ${name}`,
        sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${name}, ${number})`
      )
  })
})

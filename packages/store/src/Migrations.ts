/**
 * Brings a database to the version of this program, forward only, however many processes start at once and whoever is at work
 * on it. A database of a later version is taken as it is, unless it says that programs as old as this one cannot work on it.
 */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Effect from "effect/Effect"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"
import type { Database } from "./Database.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import first from "./migrations/0001.ts"
import second from "./migrations/0002.ts"
import third from "./migrations/0003.ts"
import fourth from "./migrations/0004.ts"
import fifth from "./migrations/0005.ts"
import sixth from "./migrations/0006.ts"
import seventh from "./migrations/0007.ts"
import eighth from "./migrations/0008.ts"
import ninth from "./migrations/0009.ts"
import * as Sessions from "./Sessions.ts"

/** Numbered; one that was released never changes. */
export const migrations = {
  "1_operations": first,
  "2_webhooks": second,
  "3_tracking_filters": third,
  "4_durations": fourth,
  "5_partitions": fifth,
  "6_touches": sixth,
  "7_handovers": seventh,
  "8_runners": eighth,
  "9_oldest": ninth
}

/**
 * The oldest version of the tables that a program may know to work beside this one. It is raised with a migration that older
 * programs cannot live with: one that does more than add tables, indexes, and columns that may be left out.
 */
export const oldest = 0

/** What a program knows. */
export interface Known {
  readonly migrations: Parameters<typeof Migrator.fromRecord>[0]
  readonly oldest: number
}

export const versionOf = ({ migrations }: Pick<Known, "migrations">): number =>
  Math.max(...Object.keys(migrations).map((name) => Number.parseInt(name, 10)))

/** Of the tables that this program knows. */
export const version = versionOf({ migrations })

const table = "opwatch_migration"

export const run = Effect.fn("Migrations.run")(function* (
  { alter, place, sql }: Database["Service"],
  known: Known = { migrations, oldest }
): Effect.fn.Return<void, StoreError> {
  yield* alter(
    Effect.gen(function* () {
      const latest = yield* latestIn(sql)
      if (latest < versionOf(known)) {
        yield* refuseBeside(sql, place, known.oldest)
        if (latest > 0) yield* stopWriters(sql)
        yield* apply(sql, known)
        yield* sql`UPDATE opwatch_counter SET oldest = ${known.oldest} WHERE oldest < ${known.oldest}`
      }
      const [found] = yield* sql<{ readonly oldest: number }>`SELECT oldest FROM opwatch_counter`
      yield* DatabaseFailure.refuseOlder(place, versionOf(known), found?.oldest ?? 0)
    })
  )
})

/** All of them that have not been run. */
export const apply = (sql: SqlClient, { migrations }: Pick<Known, "migrations">) =>
  Migrator.make({})({ loader: Migrator.fromRecord(migrations), table }).pipe(
    Effect.provideService(SqlClient, sql),
    Effect.catchTag("MigrationError", (error) =>
      isSqlError(error.cause) ? Effect.fail(error.cause) : Effect.die(error)
    )
  )

/** The number of the latest migration that was run; 0 if none was. */
const latestIn = Effect.fnUntraced(function* (sql: SqlClient) {
  const found = yield* sql.onDialectOrElse({
    pg: () => sql`SELECT 1 FROM pg_class WHERE oid = to_regclass(${table})`,
    orElse: () => sql`SELECT 1 FROM sqlite_schema WHERE name = ${table}`
  })
  if (found.length === 0) return 0
  const [row] = yield* sql<{ readonly id: number | null }>`SELECT MAX(migration_id) AS id FROM ${sql(table)}`
  return row?.id ?? 0
})

/** Migrations and writes want the same tables, in orders of their own: one after the other they cannot block each other. */
const stopWriters = (sql: SqlClient) =>
  sql.onDialectOrElse({
    pg: () => Effect.asVoid(sql`LOCK TABLE opwatch_counter IN EXCLUSIVE MODE`),
    orElse: () => Effect.void
  })

/** Whoever comes from here on waits for the end of the migration before it looks what it may do. */
const refuseBeside = Effect.fnUntraced(function* (sql: SqlClient, place: string, oldest: number) {
  const older = yield* Sessions.others(sql, ({ version }) => version < oldest)
  if (older.length === 0) return
  const servers = older
    .toSorted((a, b) => a.version - b.version)
    .map(({ address, version }) => `${address}${version === 0 ? "" : ` (schema ${version})`}`)
  return yield* DatabaseFailure.fail(
    place,
    "unusable",
    `servers of older versions are connected to it, which cannot go on once this one has changed it: stop them first (${servers.join(", ")})`
  )
})

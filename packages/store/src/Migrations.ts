/**
 * Brings a database to the version of this program, forward only, however many processes start at once. A database of a
 * later version is refused: an older program would not keep what a later one promised.
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

/** Numbered; one that was released never changes. */
export const migrations = {
  "1_operations": first,
  "2_webhooks": second,
  "3_tracking_filters": third,
  "4_durations": fourth,
  "5_partitions": fifth,
  "6_touches": sixth
}

const table = "opwatch_migration"

export const run = Effect.fn("Migrations.run")(function* (
  { sql, place, run }: Database["Service"],
  known: Parameters<typeof Migrator.fromRecord>[0] = migrations
): Effect.fn.Return<void, StoreError> {
  yield* run(
    Migrator.make({})({ loader: Migrator.fromRecord(known), table }).pipe(
      Effect.provideService(SqlClient, sql),
      Effect.catchTag("MigrationError", (error) =>
        isSqlError(error.cause) ? Effect.fail(error.cause) : Effect.die(error)
      )
    )
  )
  const [latest] = yield* run(sql<{ id: number }>`SELECT MAX(migration_id) AS id FROM ${sql(table)}`)
  const ours = Math.max(...Object.keys(known).map((name) => Number.parseInt(name, 10)))
  if (latest !== undefined && latest.id > ours) {
    return yield* DatabaseFailure.fail(
      place,
      "unusable",
      `it is of a later version of opwatch (${latest.id}; this one knows ${ours})`
    )
  }
})

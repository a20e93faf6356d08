/**
 * How tables are changed while servers are at work on them. A change that waits for a table holds up all who come after it, so
 * it waits for half a second, lets the others go on, and tries again.
 */
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"

/** Waits, in a transaction on Postgres, until no other alters tables, and lets none begin. A server that starts waits for it too. */
export const alone = (sql: SqlClient) => sql`SELECT pg_advisory_xact_lock(hashtextextended('opwatch_migration', 0))`

/** Begins a transaction that no other like it runs beside. It may take long, but not if whoever runs it has vanished. */
export const begin = (sql: SqlClient) =>
  sql.onDialectOrElse({
    pg: () =>
      Effect.all([
        sql`
          SELECT set_config('statement_timeout', '0', true),
            set_config('idle_in_transaction_session_timeout', '10s', true),
            set_config('lock_timeout', '10s', true)`,
        alone(sql),
        sql`SELECT set_config('lock_timeout', '500ms', true)`
      ]),
    orElse: () => Effect.void
  })

/** Where it is held up on Postgres, the whole transaction again for a minute, or longer while others alter tables. */
export const insist =
  (sql: SqlClient, place: string) =>
  <A, E, R>(alteration: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const again = Effect.andThen(
      Effect.logWarning(`${place}: others hold its tables, which are to be changed: trying again`),
      Effect.retry(Effect.delay(alteration, "2 seconds"), { while: isHeldUp, times: 24 })
    )
    return sql.onDialectOrElse({
      pg: () => Effect.catchIf(alteration, isHeldUp, () => again),
      orElse: () => alteration
    })
  }

const isHeldUp = (error: unknown): boolean =>
  isSqlError(error) && (error.reason._tag === "LockTimeoutError" || error.reason._tag === "DeadlockError")

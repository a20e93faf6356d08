/** The Postgres that the servers of the benchmark share: a new one, which tells its own figures. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Usage from "./usage.ts"

export interface Figures {
  /** Changes that were ever stored. */
  readonly changes: number
  /** Bytes of the write-ahead log that were ever written. */
  readonly wal: number
  /** Bytes of the tables of operations and of who tracks them, and of changes, with their indexes. */
  readonly operations: number
  readonly history: number
}

export const figures = (url: string): Promise<Figures> =>
  run(
    url,
    Effect.flatMap(PgClient.PgClient, (sql) =>
      Effect.map(
        sql<Figures>`
          SELECT
            (SELECT change FROM opwatch_counter)::float8 AS changes,
            (pg_current_wal_lsn() - '0/0')::float8 AS wal,
            (
              pg_total_relation_size('opwatch_operation') + pg_total_relation_size('opwatch_tracking') +
              pg_total_relation_size('opwatch_label')
            )::float8 AS operations,
            pg_total_relation_size('opwatch_change')::float8 AS history`,
        ([found]) => found ?? { changes: NaN, wal: NaN, operations: NaN, history: NaN }
      )
    )
  )

/** Without what rows leave behind that were written again. */
export const compact = (url: string): Promise<unknown> =>
  run(
    url,
    Effect.flatMap(PgClient.PgClient, (sql) => sql`VACUUM FULL ANALYZE`)
  )

/** The process that all others of Postgres are children of. */
export const postmaster = (url: string): Promise<number> =>
  run(
    url,
    Effect.flatMap(PgClient.PgClient, (sql) =>
      Effect.map(
        sql<{ readonly pid: number }>`SELECT pg_backend_pid() AS pid`,
        ([found]) => Usage.of(found?.pid ?? 0).parent
      )
    )
  )

const run = <A, E>(url: string, effect: Effect.Effect<A, E, PgClient.PgClient>): Promise<A> =>
  effect.pipe(Effect.provide(PgClient.layer({ url: Redacted.make(url) })), Effect.runPromise)

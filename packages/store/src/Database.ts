/**
 * A SQL database that is ours to keep operations in, of either dialect. What its effects fail with is a `StoreError`, and
 * that comes within ten seconds even from a database that has stopped answering.
 */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { isSqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as Counters from "./Counters.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"
import * as TimeLimit from "./TimeLimit.ts"

type Failure = SqlError | Schema.SchemaError

export class Database extends Context.Service<
  Database,
  {
    readonly sql: SqlClient.SqlClient
    /** What users know it by: a path, or a URL without name and password. */
    readonly place: string
    /** A transaction whose connection breaks, and so cannot be told to roll back, is a failure like any. */
    readonly run: <A>(effect: Effect.Effect<A, Failure>) => Effect.Effect<A, StoreError>
    /** In a transaction that has the counters to itself, and with them the right to write. */
    readonly write: <A>(
      change: (counters: Counters.Counters) => Effect.Effect<A, Failure>
    ) => Effect.Effect<A, StoreError>
    /** As `Store.bell`. */
    readonly bell: Stream.Stream<void>
  }
>()("@opwatch/store/Database") {}

const limitSeconds = 9

export const make = (
  sql: SqlClient.SqlClient,
  place: string,
  bell: Stream.Stream<void> = Stream.never
): Database["Service"] => {
  const unanswered = () =>
    Effect.fail(DatabaseFailure.fail(place, "unavailable", `it did not answer for ${limitSeconds} seconds`))
  /** A file answers at once or blocks the process: there is nothing to limit. */
  const limited = <A>(effect: Effect.Effect<A, Failure>): Effect.Effect<A, Failure | StoreError> =>
    sql.onDialectOrElse({
      pg: () => TimeLimit.within(`${limitSeconds} seconds`, unanswered)(effect),
      orElse: () => effect
    })
  const run: Database["Service"]["run"] = (effect) =>
    limited(effect).pipe(
      Effect.catchDefect((defect) => (isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect))),
      Effect.catchTags({
        SqlError: DatabaseFailure.translate(place),
        SchemaError: ({ message }) =>
          Effect.fail(DatabaseFailure.fail(place, "unusable", `it holds what opwatch did not write (${message})`))
      })
    )
  const begun = sql.onDialectOrElse({
    pg: () => Effect.andThen(settings(sql), Counters.lock(sql)),
    orElse: () => Counters.lock(sql)
  })
  return {
    sql,
    place,
    run,
    bell,
    write: (change) => run(transaction(sql, Effect.flatMap(begun, change)))
  }
}

/** On Postgres each statement sees what was committed before it, as whoever waited for a lock has to. */
const transaction = <A>(sql: SqlClient.SqlClient, effect: Effect.Effect<A, Failure>): Effect.Effect<A, Failure> =>
  sql.onDialectOrElse({
    pg: () =>
      Effect.provideService(
        sql.withTransaction(effect),
        SqlClient.BeginTransaction,
        "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
      ),
    orElse: () => sql.withTransaction(effect)
  })

/**
 * For one transaction, as poolers may give the session to another: a writer that vanished holds up the others for seconds
 * only, and a commit is confirmed when it is on disk, though the server may be set to confirm sooner.
 */
const settings = (sql: SqlClient.SqlClient) => sql`
  SELECT set_config('statement_timeout', '8s', true),
    set_config('idle_in_transaction_session_timeout', '10s', true),
    set_config(
      'synchronous_commit',
      CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END,
      true
    )`

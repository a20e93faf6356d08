/**
 * A SQL database that is ours to keep operations in, of either dialect. What its effects fail with is a `StoreError`, and
 * that comes within ten seconds even from a database that has stopped answering.
 */
import type { StoreError } from "@opwatch/tracker/StoreError"
import * as TimeLimit from "@opwatch/tracker/TimeLimit"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { isSqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as Alteration from "./Alteration.ts"
import * as Counters from "./Counters.ts"
import * as DatabaseFailure from "./DatabaseFailure.ts"

type Failure = SqlError | Schema.SchemaError

export class Database extends Context.Service<
  Database,
  {
    readonly sql: SqlClient.SqlClient
    /** What users know it by: a path, or a URL without name and password. */
    readonly place: string
    /** A transaction whose connection breaks, and so cannot be told to roll back, is a failure like any. */
    readonly run: <A>(effect: Effect.Effect<A, Failure>) => Effect.Effect<A, StoreError>
    /**
     * In a transaction that has the counters to itself, and with them the right to write. It is refused once a later version
     * has changed the tables so that this one cannot go on.
     */
    readonly write: <A>(
      change: (counters: Counters.Counters) => Effect.Effect<A, Failure>
    ) => Effect.Effect<A, StoreError>
    /** In a transaction without a limit of time. Whatever it fails with, nothing of it stays. */
    readonly atOnce: <A, R>(effect: Effect.Effect<A, Failure | StoreError, R>) => Effect.Effect<A, StoreError, R>
    /** In a transaction that may change tables, alone among those that do, and without a limit of time. */
    readonly alter: <A>(change: Effect.Effect<A, Failure | StoreError>) => Effect.Effect<A, StoreError>
    /** As `Store.bell`. */
    readonly bell: Stream.Stream<void>
  }
>()("@opwatch/store/Database") {}

const limitSeconds = 9

/** `version` is that of the tables which this program knows. */
export const make = (
  sql: SqlClient.SqlClient,
  place: string,
  version: number,
  bell: Stream.Stream<void> = Stream.never
): Database["Service"] => {
  const unanswered = () =>
    Effect.fail(DatabaseFailure.fail(place, "unavailable", `it did not answer for ${limitSeconds} seconds`))
  /** A file answers at once or blocks the process: there is nothing to limit. */
  const limited = <A>(effect: Effect.Effect<A, Failure | StoreError>): Effect.Effect<A, Failure | StoreError> =>
    sql.onDialectOrElse({
      pg: () => TimeLimit.within(`${limitSeconds} seconds`, unanswered)(effect),
      orElse: () => effect
    })
  const translated = <A, R>(effect: Effect.Effect<A, Failure | StoreError, R>): Effect.Effect<A, StoreError, R> =>
    effect.pipe(
      Effect.catchDefect((defect) => (isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect))),
      Effect.catchTags({
        SqlError: DatabaseFailure.translate(place),
        SchemaError: ({ message }) =>
          Effect.fail(DatabaseFailure.fail(place, "unusable", `it holds what opwatch did not write (${message})`))
      })
    )
  const run: Database["Service"]["run"] = (effect) => translated(limited(effect))
  const begun = sql.onDialectOrElse({
    pg: () => Effect.andThen(settings(sql), Counters.lock(sql)),
    orElse: () => Counters.lock(sql)
  })
  const allowed = Effect.tap(begun, ({ oldest }) => DatabaseFailure.refuseOlder(place, version, oldest))
  return {
    sql,
    place,
    run,
    bell,
    write: (change) => translated(limited(transaction(sql, Effect.flatMap(allowed, change)))),
    alter: (change) =>
      translated(Alteration.insist(sql, place)(transaction(sql, Effect.andThen(Alteration.begin(sql), change)))),
    atOnce: (effect) => translated(transaction(sql, effect))
  }
}

/**
 * On Postgres each statement sees what was committed before it, as whoever waited for a lock has to. A file has a way to begin
 * of its own, also within a transaction of Postgres.
 */
const transaction = <A, E, R>(
  sql: SqlClient.SqlClient,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError, R> =>
  Effect.provideService(
    sql.withTransaction(effect),
    SqlClient.BeginTransaction,
    sql.onDialectOrElse({
      pg: () => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
      orElse: () => undefined
    })
  )

/**
 * Of Postgres, for one transaction, as poolers may give the session to another: a writer that vanished holds up the others
 * for seconds only, less than they wait, and a commit is confirmed when it is on disk, though the server may be set to confirm
 * sooner.
 */
export const settings = (sql: SqlClient.SqlClient) => sql`
  SELECT set_config('statement_timeout', '8s', true),
    set_config('idle_in_transaction_session_timeout', '5s', true),
    set_config(
      'synchronous_commit',
      CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END,
      true
    )`

/** The sessions of servers on a Postgres, each named by the version of the tables that its program knows. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as SqlSchema from "effect/sql/SqlSchema"

export const nameOf = (version: number): string => `opwatch (schema ${version})`

/** Before version 9 none was told. */
const versionOf = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0)

export interface Session {
  /** 0 if its program does not tell. */
  readonly version: number
  /** By which Postgres knows it. */
  readonly address: string
}

const Row = Schema.Struct({ name: Schema.String, address: Schema.NullOr(Schema.String) })

/** Those that match, but for the one that asks. Where a server has just stopped, its end is waited for, a second at most. */
export const others = (
  sql: SqlClient,
  matches: (session: Session) => boolean
): Effect.Effect<ReadonlyArray<Session>, SqlError | Schema.SchemaError> => {
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Row,
    execute: () => sql`
      SELECT DISTINCT application_name AS name, host(client_addr) AS address FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name ~ '^opwatch( [(]schema [0-9]+[)])?$'
      ORDER BY address, name`
  })
  /** Without the first of these a transaction would go on seeing what it saw first. */
  const matching = Effect.andThen(sql`SELECT pg_stat_clear_snapshot()`, find(undefined)).pipe(
    Effect.map((rows) =>
      rows
        .map(({ name, address }) => ({ version: versionOf(name), address: address ?? "an unknown address" }))
        .filter(matches)
    )
  )
  return sql.onDialectOrElse({
    pg: () =>
      Effect.repeat(matching, {
        schedule: Schedule.spaced("50 millis"),
        times: 20,
        until: (found) => found.length === 0
      }),
    orElse: () => Effect.succeed<ReadonlyArray<Session>>([])
  })
}

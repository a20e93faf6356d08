/**
 * Who may still store observations: each partition that was ever claimed, with the number of its latest tenure. It is claimed
 * and looked at by transactions that have the counters, so no claim comes between a look and what is written after it.
 */
import type { Observation } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Batch from "./Batch.ts"

const Row = Schema.Struct({ part: Schema.Int, tenure: Schema.Int })

const toTenures = (rows: ReadonlyArray<typeof Row.Type>): ReadonlyMap<number, number> =>
  new Map(rows.map(({ part, tenure }) => [part, tenure]))

/** Each once. */
export const claim = (sql: SqlClient, partitions: ReadonlyArray<number>) => {
  const claimSome = SqlSchema.findAll({
    Request: Schema.NonEmptyArray(Row),
    Result: Row,
    execute: (rows) =>
      sql`
      INSERT INTO opwatch_partition ${sql.insert(rows)}
      ON CONFLICT (part) DO UPDATE SET tenure = opwatch_partition.tenure + 1
      RETURNING part, tenure`.unprepared
  })
  const first = partitions.map((part) => ({ part, tenure: 1 }))
  return Effect.map(Batch.flatMap(first, claimSome), toTenures)
}

const tenures = (sql: SqlClient) =>
  Effect.map(
    SqlSchema.findAll({
      Request: Schema.Void,
      Result: Row,
      execute: () => sql`SELECT part, tenure FROM opwatch_partition`
    })(undefined),
    toTenures
  )

/** Whether what was observed in a tenure of a partition comes too late; never where none is given. */
export const fence = (sql: SqlClient, observations: ReadonlyArray<Observation>) =>
  Effect.map(
    observations.some(({ tenure }) => tenure !== undefined) ? tenures(sql) : Effect.succeed(new Map<number, number>()),
    (latest) => (part: number, tenure: number | undefined) => tenure !== undefined && latest.get(part) !== tenure
  )

/**
 * Who may still store observations: each partition that was ever claimed, with the number of its latest tenure. It is claimed
 * and looked at by transactions that have the counters, so no claim comes between a look and what is written after it. Whoever
 * lets go of it leaves here when its operations are due.
 */
import type { Handover, Observation } from "@opwatch/tracker/Store"
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

export const tenures = (sql: SqlClient) =>
  Effect.map(
    SqlSchema.findAll({
      Request: Schema.Void,
      Result: Row,
      execute: () => sql`SELECT part, tenure FROM opwatch_partition`
    })(undefined),
    toTenures
  )

/** `[ref, millis]` of each operation. */
const Due = Schema.fromJsonString(Schema.Array(Schema.Tuple([Schema.String, Schema.Number])))

export const handOver = (sql: SqlClient, handovers: ReadonlyArray<Handover>) => {
  const leave = SqlSchema.void({
    Request: Schema.Struct({ ...Row.fields, due: Due }),
    execute: ({ due, part, tenure }) =>
      sql`
      UPDATE opwatch_partition SET handed_over = ${due}, handed_over_in = tenure
      WHERE part = ${part} AND tenure = ${tenure}`
  })
  return Effect.forEach(handovers, ({ due, partition, tenure }) => leave({ part: partition, tenure, due: [...due] }), {
    discard: true
  })
}

export const handedOver = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Row,
    Result: Schema.Struct({ due: Due }),
    execute: ({ part, tenure }) =>
      sql`SELECT handed_over AS due FROM opwatch_partition WHERE part = ${part} AND handed_over_in = ${tenure - 1}`
  })
  return (part: number, tenure: number) =>
    Effect.map(find({ part, tenure }), ([left]): ReadonlyMap<string, number> => new Map(left?.due))
}

/** Whether what was observed in a tenure of a partition comes too late; never where none is given. */
export const fence = (sql: SqlClient, observations: ReadonlyArray<Observation>) =>
  Effect.map(
    observations.some(({ tenure }) => tenure !== undefined) ? tenures(sql) : Effect.succeed(new Map<number, number>()),
    (latest) => (part: number, tenure: number | undefined) => tenure !== undefined && latest.get(part) !== tenure
  )

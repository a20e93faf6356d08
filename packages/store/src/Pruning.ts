/**
 * Letting go what is past retention, in steps that hold the right to write for a moment only. Changes go before operations,
 * so that an operation whose turn has come has no more than its latest change left.
 */
import type { Timestamp } from "@opwatch/core/Timestamp"
import { toMillis } from "@opwatch/core/Timestamp"
import type { Retention } from "@opwatch/tracker/Retention"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Batch from "./Batch.ts"
import * as Counters from "./Counters.ts"
import * as OperationTable from "./OperationTable.ts"

const ChangeKey = Schema.Struct({ sequence: Schema.Int, ref: Schema.String })
type ChangeKey = typeof ChangeKey.Type

/** How many changes or operations one step takes, and of how many operations those that have too many changes are taken. */
const most = 100
const mostOperations = 20

/** One step, in a transaction that has the counters; says how many changes and operations went, 0 when none are left to go. */
export const step = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  { changesMillis, changesPerOperation, operationsMillis }: Retention,
  at: Timestamp
) {
  const before = (millis: number) => Math.max(Number.MIN_SAFE_INTEGER, Math.ceil(toMillis(at) - millis))
  const limit = Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, changesPerOperation))
  const old = yield* oldChanges(sql, before(changesMillis))
  if (old.length > 0) return yield* dropChanges(sql, counters, old)
  const many = yield* tooManyChanges(sql, limit)
  if (many.length > 0) return yield* dropChanges(sql, counters, many)
  return yield* dropOperations(sql, counters, before(Math.max(changesMillis, operationsMillis)))
})

const oldChanges = (sql: SqlClient, horizon: number) =>
  SqlSchema.findAll({
    Request: Schema.Int,
    Result: ChangeKey,
    execute: (horizon) => sql`
      SELECT sequence, ref FROM opwatch_change
      WHERE superseded = 1 AND at_millis < ${horizon} ORDER BY at_millis LIMIT ${most}`
  })(horizon)

/** The first ones of operations that have more than they may. */
const tooManyChanges = Effect.fnUntraced(function* (sql: SqlClient, limit: number) {
  const found = yield* SqlSchema.findAll({
    Request: Schema.Int,
    Result: Schema.Struct({ ref: Schema.String, excess: Schema.Int }),
    execute: (limit) => sql`
      SELECT ref, changes - ${limit} AS excess FROM opwatch_operation
      WHERE changes > ${limit} ORDER BY changes DESC LIMIT ${mostOperations}`
  })(limit)
  const first = SqlSchema.findAll({
    Request: Schema.Struct({ ref: Schema.String, count: Schema.Int }),
    Result: ChangeKey,
    execute: ({ ref, count }) =>
      sql`SELECT sequence, ref FROM opwatch_change WHERE ref = ${ref} ORDER BY sequence LIMIT ${count}`
  })
  const gone: Array<ChangeKey> = []
  for (const { ref, excess } of found) {
    if (gone.length === most) break
    gone.push(...(yield* first({ ref, count: Math.min(excess, most - gone.length) })))
  }
  return gone
})

const dropChanges = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  gone: ReadonlyArray<ChangeKey>
) {
  const sequences = gone.map(({ sequence }) => sequence)
  const byRef = Map.groupBy(gone, ({ ref }) => ref)
  const rows = yield* OperationTable.find(sql, [...byRef.keys()])
  yield* Batch.forEach(
    sequences,
    (some) => sql`DELETE FROM opwatch_change WHERE sequence IN ${sql.in(some)}`.unprepared
  )
  yield* OperationTable.write(
    sql,
    [...rows.values()].map((row) => {
      const keys = byRef.get(row.ref) ?? []
      const pruned = Math.max(row.pruned, ...keys.map(({ sequence }) => sequence))
      return { ...row, changes: row.changes - keys.length, pruned }
    })
  )
  yield* Counters.write(sql, { ...counters, pruned: Math.max(counters.pruned, ...sequences) })
  return gone.length
})

/** Ended, or tracked by nobody. Their trackings and labels go with them. */
const dropOperations = Effect.fnUntraced(function* (sql: SqlClient, counters: Counters.Counters, horizon: number) {
  const gone = yield* SqlSchema.findAll({
    Request: Schema.Int,
    Result: Schema.Struct({ ref: Schema.String, sequence: Schema.Int }),
    execute: (horizon) => sql`
      SELECT ref, sequence FROM opwatch_operation
      WHERE polled = 0 AND touched < ${horizon} ORDER BY touched LIMIT ${most}`
  })(horizon)
  if (gone.length === 0) return 0
  const refs = gone.map(({ ref }) => ref)
  const sequences = gone.flatMap(({ sequence }) => (sequence === 0 ? [] : [sequence]))
  yield* Batch.forEach(refs, (refs) => sql`DELETE FROM opwatch_change WHERE ref IN ${sql.in(refs)}`.unprepared)
  yield* Batch.forEach(refs, (refs) => sql`DELETE FROM opwatch_operation WHERE ref IN ${sql.in(refs)}`.unprepared)
  yield* Counters.write(sql, { ...counters, pruned: Math.max(counters.pruned, ...sequences) })
  return gone.length + sequences.length
})

/** Every change, in one order for all operations. They are made here alone, each with the operation as it left it. */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import type { Timestamp } from "@opwatch/core/Timestamp"
import { toMillis } from "@opwatch/core/Timestamp"
import type { Change, ChangeType } from "@opwatch/core/Change"
import type { Owner } from "@opwatch/core/Tracking"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import * as Batch from "./Batch.ts"
import * as Counters from "./Counters.ts"
import type { OperationRow } from "./OperationTable.ts"
import * as OperationTable from "./OperationTable.ts"

export interface Entry {
  readonly type: ChangeType
  readonly at: Timestamp
  readonly owner?: Owner
  readonly operation: CompactOperation
  /** With the operation as it is from now on, and its changes as they were. */
  readonly row: OperationRow
}

/** Gives each its number, writes them all with their operations, and counts on, in the transaction that has the counters. */
export const append = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  entries: ReadonlyArray<Entry>
) {
  if (entries.length === 0) return []
  const operations = new Map<string, OperationRow>()
  const superseded = new Set<number>()
  const made = entries.map(({ row, ...change }, index) => {
    const sequence = counters.change + index + 1
    const before = operations.get(row.ref) ?? row
    superseded.add(before.sequence)
    operations.set(row.ref, {
      ...row,
      sequence,
      changes: before.changes + 1,
      touched: Math.max(before.touched, toMillis(change.at))
    })
    return { change: { sequence, ...change }, row }
  })
  const isEarlier = (sequence: number) => sequence > 0 && sequence <= counters.change
  yield* Batch.forEach(
    [...superseded].filter(isEarlier),
    (sequences) => sql`UPDATE opwatch_change SET superseded = 1 WHERE sequence IN ${sql.in(sequences)}`.unprepared
  )
  const rows = made.map(({ change: { sequence, type, at, owner }, row: { ref, operation } }) => ({
    sequence,
    ref,
    type,
    at,
    at_millis: toMillis(at),
    owner: owner ?? null,
    superseded: superseded.has(sequence) ? 1 : 0,
    operation
  }))
  yield* Batch.forEach(rows, (rows) => sql`INSERT INTO opwatch_change ${sql.insert(rows)}`.unprepared)
  yield* OperationTable.write(sql, [...operations.values()])
  yield* Counters.write(sql, { ...counters, change: counters.change + entries.length })
  return made.map(({ change }): Change => change)
})

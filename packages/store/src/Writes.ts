/** What changes the store, within transactions that have the counters: what is read there stays so until it is written. */
import * as Reference from "@opwatch/core/Reference"
import type { Timestamp } from "@opwatch/core/Timestamp"
import { toMillis } from "@opwatch/core/Timestamp"
import type { Observation } from "@opwatch/tracker/Store"
import type { Owner } from "@opwatch/core/Tracking"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as ChangeTable from "./ChangeTable.ts"
import * as Counters from "./Counters.ts"
import * as OperationTable from "./OperationTable.ts"
import * as PartitionTable from "./PartitionTable.ts"
import { StoredOperation } from "./StoredJson.ts"
import * as TrackingTable from "./TrackingTable.ts"

const decode = Schema.decodeEffect(StoredOperation)

export const observe = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  observations: ReadonlyArray<Observation>
) {
  const rows = yield* OperationTable.find(
    sql,
    observations.map(({ operation }) => operation.ref)
  )
  const isFenced = yield* PartitionTable.fence(sql, observations)
  const entries: Array<ChangeTable.Entry> = []
  const fenced = new Set<string>()
  const latest = new Map<string, Observation["operation"]>()
  for (const { type, operation, tenure } of observations) {
    const row = rows.get(operation.ref)
    if (row === undefined) continue
    if (isFenced(row.part, tenure)) {
      fenced.add(operation.ref)
      continue
    }
    if (row.done === 1 && !operation.done) continue
    const next = OperationTable.observed(row, operation, type !== "operation.lost")
    rows.set(operation.ref, next)
    latest.set(operation.ref, operation)
    entries.push({ type, at: operation.observedAt, operation, row: next })
  }
  const changes = yield* ChangeTable.append(sql, counters, entries)
  yield* TrackingTable.follow(sql, [...latest.values()])
  return { changes, fenced }
})

/** By reference as given, then by owner. */
export const passDeadlines = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  references: ReadonlyArray<Reference.Reference>,
  at: Timestamp
) {
  const refs = [...new Set(references.map(Reference.format))]
  const passed = yield* TrackingTable.findPassed(sql, refs, toMillis(at))
  const owners = Map.groupBy(passed, ({ ref }) => ref)
  const rows = yield* OperationTable.find(sql, [...owners.keys()])
  const entries: Array<ChangeTable.Entry> = []
  for (const ref of refs) {
    const row = rows.get(ref)
    if (row === undefined) continue
    const operation = yield* decode(row.operation)
    for (const { owner } of owners.get(ref) ?? []) {
      entries.push({ type: "operation.overdue", at, owner, operation, row })
    }
  }
  yield* TrackingTable.markOverdue(sql, passed)
  return yield* ChangeTable.append(sql, counters, entries)
})

export const noteCancel = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  owner: Owner,
  reference: Reference.Reference,
  at: Timestamp
) {
  const ref = Reference.format(reference)
  const row = (yield* OperationTable.find(sql, [ref])).get(ref)
  if (row === undefined) return []
  const operation = yield* decode(row.operation)
  return yield* ChangeTable.append(sql, counters, [{ type: "operation.cancelRequested", at, owner, operation, row }])
})

/** Whoever is the last to go takes the operation off the polls. */
export const untrack = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters.Counters,
  owner: Owner,
  reference: Reference.Reference
) {
  const ref = Reference.format(reference)
  const trackings = yield* TrackingTable.find(sql, [ref])
  const removed = trackings.some((tracking) => tracking.owner === owner)
  const orphaned = trackings.every((tracking) => tracking.owner === owner)
  if (!removed) return { removed, orphaned }
  const touch = counters.touch + 1
  yield* sql`DELETE FROM opwatch_tracking WHERE ref = ${ref} AND owner = ${owner}`
  yield* sql`UPDATE opwatch_operation SET touch = ${touch} WHERE ref = ${ref}`
  if (orphaned) yield* sql`UPDATE opwatch_operation SET polled = 0 WHERE ref = ${ref}`
  yield* Counters.write(sql, { ...counters, touch })
  return { removed, orphaned }
})

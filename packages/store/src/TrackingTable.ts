/**
 * Who tracks what, with what they said. A tracking repeats source, kind and state of its operation and its labels stand in a
 * table of their own, so that an owner's lists and sums are read from indexes.
 */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import { isFinal, OperationState } from "@opwatch/core/OperationState"
import { Timestamp, toMillis } from "@opwatch/core/Timestamp"
import type { Track } from "@opwatch/tracker/Store"
import { Owner } from "@opwatch/core/Tracking"
import type { TrackedOperation } from "@opwatch/core/Tracking"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Batch from "./Batch.ts"
import * as IndexedText from "./IndexedText.ts"
import { StoredLabels } from "./StoredJson.ts"

/** What makes an operation a tracked one. */
export const Said = Schema.Struct({
  labels: StoredLabels,
  tracked_at: Timestamp,
  deadline: Schema.NullOr(Timestamp),
  overdue: Schema.Int
})

export const TrackingRow = Schema.Struct({
  ...Said.fields,
  number: Schema.Int,
  owner: Owner,
  ref: Schema.String,
  source: Schema.String,
  kind: Schema.NullOr(Schema.String),
  state: Schema.String,
  partial: Schema.Int,
  deadline_millis: Schema.NullOr(Schema.Int)
})
export type TrackingRow = typeof TrackingRow.Type

/** Of a request, in the place of the tracking that was there, or under this number. */
export const requested = (
  { owner, labels, deadline, at }: Track,
  operation: CompactOperation,
  place: TrackingRow | number
): TrackingRow => {
  const row = {
    owner,
    ref: operation.ref,
    source: operation.source,
    ...standing(operation),
    labels,
    deadline: deadline ?? null,
    deadline_millis: deadline === undefined ? null : toMillis(deadline)
  }
  if (typeof place === "number") return { ...row, number: place, tracked_at: at, overdue: 0 }
  const { number, tracked_at, overdue } = place
  return { ...row, number, tracked_at, overdue: place.deadline === row.deadline ? overdue : 0 }
}

/** What lists are filtered by and sums are of, and what may change. */
const standing = ({ kind, partial, state }: CompactOperation) => ({
  kind: kind === undefined ? null : IndexedText.ofKind(kind),
  state,
  partial: state === "succeeded" && partial === true ? 1 : 0
})

export const toTracked = (
  operation: CompactOperation,
  { labels, tracked_at, deadline, overdue }: typeof Said.Type
): TrackedOperation => ({
  ...operation,
  labels,
  trackedAt: tracked_at,
  ...(deadline !== null && { deadline }),
  ...(overdue === 1 && { overdue: true })
})

/** Of these operations, by all owners. */
export const find = (sql: SqlClient, refs: ReadonlyArray<string>) =>
  Batch.flatMap(
    [...new Set(refs)],
    SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: TrackingRow,
      execute: (refs) => sql`SELECT * FROM opwatch_tracking WHERE ref IN ${sql.in(refs)}`.unprepared
    })
  )

const unfinishedStates = OperationState.literals.filter((state) => !isFinal(state))

/** Of these operations those whose deadline was by then and has not been told of, by owner. */
export const findPassed = (sql: SqlClient, refs: ReadonlyArray<string>, millis: number) =>
  Batch.flatMap(
    refs,
    SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: TrackingRow,
      execute: (refs) =>
        sql`
        SELECT * FROM opwatch_tracking
        WHERE ref IN ${sql.in(refs)} AND overdue = 0 AND deadline_millis <= ${millis} AND state IN ${sql.in(unfinishedStates)}
        ORDER BY owner`.unprepared
    })
  )

export const markOverdue = (sql: SqlClient, trackings: ReadonlyArray<TrackingRow>) =>
  Batch.forEach(
    trackings.map(({ number }) => number),
    (numbers) => sql`UPDATE opwatch_tracking SET overdue = 1 WHERE number IN ${sql.in(numbers)}`.unprepared
  )

/** How many unfinished operations an owner tracks. */
export const countUnfinished = (sql: SqlClient, owner: string) =>
  Effect.map(
    SqlSchema.findAll({
      Request: Schema.String,
      Result: Schema.Struct({ count: Schema.Int }),
      execute: (owner) => sql`
        SELECT COUNT(*) AS count FROM opwatch_tracking
        WHERE owner = ${owner} AND state IN ${sql.in(unfinishedStates)}`
    })(owner),
    (rows) => rows[0]?.count ?? 0
  )

/** Each once. Their labels take the place of those there were. */
export const write = Effect.fnUntraced(function* (sql: SqlClient, rows: ReadonlyArray<TrackingRow>) {
  yield* Batch.forEach(
    rows,
    (rows) =>
      sql`
      INSERT INTO opwatch_tracking ${sql.insert(Arr.map(rows, (row) => ({ ...row, labels: JSON.stringify(row.labels) })))}
      ON CONFLICT (ref, owner) DO UPDATE SET
        labels = excluded.labels, deadline = excluded.deadline, deadline_millis = excluded.deadline_millis,
        overdue = excluded.overdue`.unprepared
  )
  yield* Batch.forEach(
    rows.map(({ number }) => number),
    (numbers) => sql`DELETE FROM opwatch_label WHERE number IN ${sql.in(numbers)}`.unprepared
  )
  yield* Batch.forEach(
    rows.flatMap(({ number, owner, labels }) =>
      Object.entries(labels).map(([name, value]) => ({ owner, name, value: IndexedText.make(value), number }))
    ),
    (labels) => sql`INSERT INTO opwatch_label ${sql.insert(labels)}`.unprepared
  )
})

/** Repeats the states and kinds of operations, each given once, where they changed. */
export const follow = (sql: SqlClient, operations: ReadonlyArray<CompactOperation>) =>
  Effect.forEach(
    Object.values(Arr.groupBy(operations, (operation) => JSON.stringify(standing(operation)))),
    (alike) => {
      const { kind, state, partial } = standing(alike[0])
      return Batch.forEach(
        alike.map(({ ref }) => ref),
        (refs) =>
          sql`
          UPDATE opwatch_tracking SET kind = ${kind}, state = ${state}, partial = ${partial}
          WHERE ref IN ${sql.in(refs)}
            AND (kind IS DISTINCT FROM ${kind} OR state <> ${state} OR partial <> ${partial})`.unprepared
      )
    },
    { discard: true }
  )

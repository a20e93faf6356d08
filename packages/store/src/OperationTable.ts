/** The operations, each once whoever tracks it. Rows are read, changed and written whole, by a transaction that has the counters. */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Digest from "@opwatch/tracker/Digest"
import * as Partition from "@opwatch/tracker/Partition"
import type { Known, Track } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Batch from "./Batch.ts"
import * as IndexedText from "./IndexedText.ts"
import { StoredOperation } from "./StoredJson.ts"

export const OperationRow = Schema.Struct({
  ref: Schema.String,
  part: Schema.Int,
  /** 1 if it is not done and somebody tracks it; else it goes by age. */
  polled: Schema.Int,
  done: Schema.Int,
  state: Schema.String,
  seen: Schema.Int,
  digest: Schema.Int,
  since: Schema.Int,
  /** When it was last tracked or changed, in milliseconds since 1970. */
  touched: Schema.Int,
  /** Counts on over all operations, each time that one is tracked or untracked. */
  touch: Schema.Int,
  /** Of its latest change, and how many are kept, and the highest that was pruned. */
  sequence: Schema.Int,
  changes: Schema.Int,
  pruned: Schema.Int,
  kind: Schema.NullOr(Schema.String),
  operation: Schema.String
})
export type OperationRow = typeof OperationRow.Type

const KnownRow = Schema.Struct({ operation: StoredOperation, seen: Schema.Int, sequence: Schema.Int })

/** Of an operation that is tracked for the first time. */
export const tracked = ({ reference, unseen, at }: Track, ref: string): OperationRow => ({
  ref,
  part: Partition.of(reference),
  polled: unseen.done ? 0 : 1,
  seen: 0,
  since: Timestamp.toMillis(unseen.submittedAt ?? at),
  touched: Timestamp.toMillis(at),
  touch: 0,
  sequence: 0,
  changes: 0,
  pruned: 0,
  ...known(unseen)
})

/** As it is known from now on. */
export const observed = (row: OperationRow, operation: CompactOperation, isSeen: boolean): OperationRow => ({
  ...row,
  ...known(operation),
  polled: operation.done ? 0 : row.polled,
  seen: isSeen ? 1 : row.seen,
  since: operation.submittedAt === undefined ? row.since : Timestamp.toMillis(operation.submittedAt)
})

const known = (operation: CompactOperation) => ({
  done: operation.done ? 1 : 0,
  state: operation.state,
  digest: Digest.of(operation),
  kind: operation.kind === undefined ? null : IndexedText.ofKind(operation.kind),
  operation: JSON.stringify(operation)
})

export const get = (sql: SqlClient) => {
  const find = SqlSchema.findOneOption({
    Request: Schema.String,
    Result: KnownRow,
    execute: (ref) => sql`SELECT operation, seen, sequence FROM opwatch_operation WHERE ref = ${ref}`
  })
  return (ref: string) =>
    Effect.map(
      find(ref),
      Option.map(({ operation, seen, sequence }): Known => ({ operation, seen: seen === 1, sequence }))
    )
}

/** Those that are there, by reference. */
export const find = (sql: SqlClient, refs: ReadonlyArray<string>) => {
  const findSome = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: OperationRow,
    execute: (refs) => sql`SELECT * FROM opwatch_operation WHERE ref IN ${sql.in(refs)}`.unprepared
  })
  return Effect.map(
    Batch.flatMap([...new Set(refs)], findSome),
    (rows) => new Map(rows.map((row) => [row.ref, row] as const))
  )
}

/** Of those that have ended only what has ended too is written. Their touches stay, and so does the index of them. */
export const write = (sql: SqlClient, rows: ReadonlyArray<OperationRow>) => writeWith(sql, rows, "")

/** With their touches. */
export const writeTouched = (sql: SqlClient, rows: ReadonlyArray<OperationRow>) =>
  writeWith(sql, rows, "touch = excluded.touch,")

const writeWith = (sql: SqlClient, rows: ReadonlyArray<OperationRow>, also: string) =>
  Batch.forEach(
    rows,
    (rows) =>
      sql`
      INSERT INTO opwatch_operation ${sql.insert(rows)}
      ON CONFLICT (ref) DO UPDATE SET ${sql.literal(also)}
        polled = excluded.polled, done = excluded.done, state = excluded.state, seen = excluded.seen,
        digest = excluded.digest, since = excluded.since, touched = excluded.touched, sequence = excluded.sequence,
        changes = excluded.changes, pruned = excluded.pruned, kind = excluded.kind, operation = excluded.operation
      WHERE opwatch_operation.done = 0 OR excluded.done = 1`.unprepared
  )

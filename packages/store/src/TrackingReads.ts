/** What is read of trackings: one statement each, along an index that gives the order too. */
import type { Page, Summary, TrackedQuery } from "@opwatch/tracker/Store"
import type { Labels, TrackedOperation } from "@opwatch/core/Tracking"
import { Owner } from "@opwatch/core/Tracking"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import type { Fragment } from "effect/sql/Statement"
import * as Batch from "./Batch.ts"
import * as IndexedText from "./IndexedText.ts"
import { StoredLabels, StoredOperation } from "./StoredJson.ts"
import { Said, toTracked } from "./TrackingTable.ts"

const TrackedRow = Schema.Struct({ ...Said.fields, operation: StoredOperation, number: Schema.Int })

const columns = (sql: SqlClient) => sql.literal("o.operation, t.number, t.labels, t.tracked_at, t.deadline, t.overdue")

export const one = (sql: SqlClient) => {
  const find = SqlSchema.findOneOption({
    Request: Schema.Struct({ owner: Owner, ref: Schema.String }),
    Result: TrackedRow,
    execute: ({ owner, ref }) => sql`
      SELECT ${columns(sql)} FROM opwatch_tracking t JOIN opwatch_operation o ON o.ref = t.ref
      WHERE t.ref = ${ref} AND t.owner = ${owner}`
  })
  return (owner: Owner, ref: string) =>
    Effect.map(
      find({ owner, ref }),
      Option.map((row): TrackedOperation => toTracked(row.operation, row))
    )
}

type Label = readonly [name: string, value: string]

/** How many trackings of each label are looked at to find the rarest. */
const mostCounted = 1_000

/** The label that the fewest of the owner's trackings have goes first; it is neither asked nor needed for one label alone. */
const rarestFirst = (sql: SqlClient, owner: Owner) =>
  Effect.fnUntraced(function* (labels: Labels) {
    const entries: ReadonlyArray<Label> = Object.entries(labels)
    if (entries.length < 2) return entries
    const counted = yield* Effect.forEach(entries, ([name, value]) =>
      Effect.map(
        SqlSchema.findAll({
          Request: Schema.Void,
          Result: Schema.Struct({ count: Schema.Int }),
          execute: () => sql`
            SELECT COUNT(*) AS count FROM (
              SELECT 1 FROM opwatch_label
              WHERE owner = ${owner} AND name = ${name} AND value = ${IndexedText.make(value)} LIMIT ${mostCounted}
            ) AS page`
        })(undefined),
        ([row]) => [[name, value] as const, row?.count ?? 0] as const
      )
    )
    return counted.toSorted(([, a], [, b]) => a - b).map(([label]) => label)
  })

/** An owner's trackings under all these labels. The first label leads, if there is one, by its index. */
const under = (sql: SqlClient, owner: Owner, [first, ...others]: ReadonlyArray<Label>) => {
  if (first === undefined) {
    return {
      from: sql`opwatch_tracking t`,
      where: [sql`t.owner = ${owner}`],
      number: sql`t.number`
    }
  }
  return {
    from: sql`opwatch_label l JOIN opwatch_tracking t ON t.number = l.number`,
    where: [
      sql`l.owner = ${owner} AND l.name = ${first[0]} AND l.value = ${IndexedText.make(first[1])}`,
      ...others.map(
        ([name, value]) => sql`EXISTS (
          SELECT 1 FROM opwatch_label m
          WHERE m.number = t.number AND m.name = ${name} AND m.value = ${IndexedText.make(value)}
        )`
      )
    ],
    number: sql`l.number`
  }
}

/** One more than the page holds is read, to see whether another follows. */
export const list = (sql: SqlClient) => {
  const find = Effect.fnUntraced(function* (query: TrackedQuery, before: number) {
    const labels = yield* rarestFirst(sql, query.owner)(query.labels ?? {})
    const { from, where, number } = under(sql, query.owner, labels)
    const asked: Array<Fragment> = [...where, sql`${number} < ${before}`]
    if (query.source !== undefined) asked.push(sql`t.source = ${query.source}`)
    if (query.state !== undefined) asked.push(sql`t.state = ${query.state}`)
    if (query.kind !== undefined) asked.push(sql`t.kind = ${IndexedText.ofKind(query.kind)}`)
    return yield* SqlSchema.findAll({
      Request: Schema.Int,
      Result: TrackedRow,
      execute: (limit) => sql`
        SELECT ${columns(sql)} FROM ${from} JOIN opwatch_operation o ON o.ref = t.ref
        WHERE ${sql.and(asked)} ORDER BY ${number} DESC LIMIT ${limit}`
    })(query.limit + 1)
  })
  return Effect.fnUntraced(function* (query: TrackedQuery) {
    const before = Math.min(Math.ceil(Number(query.after ?? Infinity)), Number.MAX_SAFE_INTEGER)
    const rows = Number.isNaN(before) ? [] : yield* find(query, before)
    const page = rows.slice(0, query.limit)
    const items = page.map((row) => toTracked(row.operation, row))
    const last = rows.length === page.length ? undefined : page.at(-1)
    return (last === undefined ? { items } : { items, next: `${last.number}` }) satisfies Page<TrackedOperation>
  })
}

export const summary = (sql: SqlClient) =>
  Effect.fnUntraced(function* (owner: Owner, labels: Labels) {
    const { from, where } = under(sql, owner, yield* rarestFirst(sql, owner)(labels))
    const groups = yield* SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ state: Schema.String, partial: Schema.Int, count: Schema.Int }),
      execute: () => sql`
        SELECT t.state, SUM(t.partial) AS partial, COUNT(*) AS count FROM ${from}
        WHERE ${sql.and(where)} GROUP BY t.state`
    })(undefined)
    const count = (...states: ReadonlyArray<string>) =>
      groups.reduce((sum, group) => (states.includes(group.state) ? sum + group.count : sum), 0)
    return {
      total: groups.reduce((sum, group) => sum + group.count, 0),
      done: count("succeeded", "failed", "cancelled", "lost"),
      succeeded: count("succeeded"),
      failed: count("failed"),
      partial: groups.reduce((sum, group) => sum + group.partial, 0),
      cancelled: count("cancelled"),
      lost: count("lost")
    } satisfies Summary
  })

const LabelsRow = Schema.Struct({ owner: Owner, ref: Schema.String, labels: StoredLabels })

export const labels = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: LabelsRow,
    execute: (refs) => sql`SELECT owner, ref, labels FROM opwatch_tracking WHERE ref IN ${sql.in(refs)}`.unprepared
  })
  return (refs: ReadonlyArray<string>) =>
    Effect.map(Batch.flatMap([...new Set(refs)], find), (rows) =>
      rows.map(({ owner, ref, labels }) => [owner, ref, labels] as const)
    )
}

/** How long operations take: a history for each source and kind, in one row. The kind is empty where it is not told. */
import * as DurationHistory from "@opwatch/core/DurationHistory"
import * as DurationHistoryText from "@opwatch/core/DurationHistoryText"
import * as Durations from "@opwatch/core/Durations"
import type { Lifetime } from "@opwatch/core/Lifetime"
import { SourceName } from "@opwatch/core/Reference"
import * as KeptDurations from "@opwatch/tracker/KeptDurations"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Batch from "./Batch.ts"
import * as IndexedText from "./IndexedText.ts"

const Row = Schema.Struct({ source: SourceName, kind: Schema.String, history: Schema.String })

export const all = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Row,
    execute: () => sql`SELECT source, kind, history FROM opwatch_durations ORDER BY source, kind`
  })
  return Effect.map(find(undefined), (rows) => KeptDurations.of(toDurations(rows)))
}

/** In a transaction that has the counters, so that of two writers neither loses what the other learned. */
export const learn = Effect.fnUntraced(function* (sql: SqlClient, lifetimes: ReadonlyArray<Lifetime>) {
  const storable = lifetimes.map(({ kind, ...rest }) => ({ ...rest, kind: kind && IndexedText.ofKind(kind) }))
  const rows = yield* Effect.forEach(
    Map.groupBy(storable, ({ source }) => source),
    ([source, ofSource]) => find(sql, source, [...new Set(ofSource.map(({ kind = "" }) => kind))])
  )
  const learned = KeptDurations.withLifetimes(toDurations(rows.flat()), storable)
  yield* write(sql, learned)
  return learned
})

const find = (sql: SqlClient, source: SourceName, kinds: ReadonlyArray<string>) => {
  const findSome = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: Row,
    execute: (kinds) =>
      sql`
      SELECT source, kind, history FROM opwatch_durations
      WHERE source = ${source} AND kind IN ${sql.in(kinds)}`.unprepared
  })
  return Batch.flatMap(kinds, findSome)
}

const write = (sql: SqlClient, kept: ReadonlyArray<KeptDurations.KeptDurations>) =>
  Batch.forEach(
    kept.map(({ source, kind = "", history }) => ({ source, kind, history: DurationHistoryText.encode(history) })),
    (rows) =>
      sql`
      INSERT INTO opwatch_durations ${sql.insert(rows)}
      ON CONFLICT (source, kind) DO UPDATE SET history = excluded.history`.unprepared
  )

/** Text that this version cannot read counts as if nothing had been learned. */
const toDurations = (rows: ReadonlyArray<typeof Row.Type>): Durations.Durations => {
  const durations = Durations.make()
  for (const { source, kind, history: text } of rows) {
    const history = Option.getOrElse(DurationHistoryText.decode(text), () => DurationHistory.empty)
    durations.put({ source, kind: kind === "" ? undefined : kind }, history)
  }
  return durations
}

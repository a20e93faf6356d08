/** What runners tell of themselves, each in one row, with the database's own time: their clocks need not agree. */
import { RunnerReport } from "@opwatch/core/Cluster"
import { forgottenAfterMillis } from "@opwatch/tracker/Runner"
import type { ReportedRunner } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"

const StoredReport = Schema.fromJsonString(RunnerReport)
const encode = Schema.encodeSync(StoredReport)
const decode = Schema.decodeOption(StoredReport)

const Row = Schema.Struct({ address: Schema.String, report: Schema.String, silent: Schema.Int })

/** In milliseconds since 1970. */
const now = (sql: SqlClient) =>
  sql.onDialectOrElse({
    pg: () => sql.literal("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"),
    orElse: () => sql.literal("CAST(unixepoch('subsec') * 1000 AS INTEGER)")
  })

/** Takes no counters: it waits for no other write. */
export const report = Effect.fnUntraced(function* (sql: SqlClient, address: string, report: RunnerReport) {
  yield* sql`DELETE FROM opwatch_runner WHERE seen_at < ${now(sql)} - ${forgottenAfterMillis}`
  yield* sql`
    INSERT INTO opwatch_runner (address, report, seen_at) VALUES (${address}, ${encode(report)}, ${now(sql)})
    ON CONFLICT (address) DO UPDATE SET report = excluded.report, seen_at = excluded.seen_at`
})

export const withdraw = (sql: SqlClient, address: string) =>
  Effect.asVoid(sql`DELETE FROM opwatch_runner WHERE address = ${address}`)

export const all = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Row,
    execute: () => sql`SELECT address, report, ${now(sql)} - seen_at AS silent FROM opwatch_runner ORDER BY address`
  })
  return Effect.map(find(undefined), (rows): ReadonlyArray<ReportedRunner> =>
    rows.flatMap(({ address, report, silent }) =>
      Option.match(decode(report), {
        onNone: () => [],
        onSome: (report) => [{ address, report, silentMillis: Math.max(0, silent) }]
      })
    )
  )
}

/** What is to be polled, or not any more, page by page, without reading the operations themselves. */
import { OperationState } from "@opwatch/core/OperationState"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import type { Touched, Unfinished } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"

const Row = Schema.Struct({
  ref: Schema.String,
  seen: Schema.Int,
  state: OperationState,
  kind: Schema.NullOr(Schema.String),
  digest: Schema.Int,
  since: Schema.Int,
  deadline: Schema.NullOr(Schema.Int)
})

const TouchedRow = Schema.Struct({ ...Row.fields, touch: Schema.Int, polled: Schema.Int })

const pageSize = 1000

/** Of `opwatch_operation o`. */
const columns = (sql: SqlClient) =>
  sql.literal(`
    o.ref, o.seen, o.state, o.kind, o.digest, o.since,
    (
      SELECT MIN(t.deadline_millis) FROM opwatch_tracking t
      WHERE t.ref = o.ref AND t.overdue = 0 AND t.deadline_millis IS NOT NULL
    ) AS deadline`)

/** Those of a partition that come after this reference, and the reference to go on after, if there may be more. */
export const page = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Schema.Struct({ partition: Schema.Int, after: Schema.String }),
    Result: Row,
    execute: ({ partition, after }) => sql`
      SELECT ${columns(sql)} FROM opwatch_operation o
      WHERE o.polled = 1 AND o.part = ${partition} AND o.ref > ${after} ORDER BY o.ref LIMIT ${pageSize}`
  })
  return Effect.fnUntraced(function* (partition: number, after: string) {
    const rows = yield* find({ partition, after })
    const last = rows.length < pageSize ? undefined : rows.at(-1)
    return [rows.map(toUnfinished), Option.fromUndefinedOr(last?.ref)] as const
  })
}

/** Those that were tracked or untracked after this touch, in order. */
export const touched = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Schema.Struct({ after: Schema.Int, limit: Schema.Int }),
    Result: TouchedRow,
    execute: ({ after, limit }) => sql`
      SELECT ${columns(sql)}, o.touch, o.polled FROM opwatch_operation o
      WHERE o.touch > ${after} ORDER BY o.touch LIMIT ${limit}`
  })
  return (page: { readonly after: number; readonly limit: number }) =>
    Effect.map(find(page), (rows) =>
      rows.map(({ touch, polled, ...row }): Touched => {
        const unfinished = toUnfinished(row)
        return { touch, reference: unfinished.reference, unfinished: polled === 1 ? unfinished : undefined }
      })
    )
}

const toUnfinished = ({ ref, seen, kind, deadline, ...rest }: typeof Row.Type): Unfinished => {
  const slash = ref.indexOf("/")
  return {
    reference: { source: SourceName.make(ref.slice(0, slash)), id: OperationId.make(ref.slice(slash + 1)) },
    seen: seen === 1,
    kind: kind ?? undefined,
    deadline: deadline ?? undefined,
    ...rest
  }
}

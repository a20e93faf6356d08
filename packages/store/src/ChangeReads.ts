/** Changes as they are read, each page with what was pruned before it: one statement, so that nothing goes in between. */
import { Timestamp } from "@opwatch/core/Timestamp"
import type { Change } from "@opwatch/core/Change"
import { ChangeType } from "@opwatch/core/Change"
import type { Changes } from "@opwatch/tracker/Store"
import { Owner } from "@opwatch/core/Tracking"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import { StoredOperation } from "./StoredJson.ts"

const ChangeRow = Schema.Struct({
  pruned: Schema.Int,
  sequence: Schema.Int,
  type: ChangeType,
  at: Timestamp,
  owner: Schema.NullOr(Owner),
  operation: StoredOperation
})

/** There is no change, and this much was pruned. */
const NoChange = Schema.Struct({ pruned: Schema.Int, sequence: Schema.Null })

const Page = Schema.Struct({ after: Schema.Int, limit: Schema.Int })

/** Of all operations. */
export const all = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Page,
    Result: Schema.Union([ChangeRow, NoChange]),
    execute: ({ after, limit }) => sql`
      SELECT opwatch_counter.pruned, page.* FROM opwatch_counter
      LEFT JOIN (
        SELECT sequence, type, at, owner, operation FROM opwatch_change
        WHERE sequence > ${after} ORDER BY sequence LIMIT ${limit}
      ) AS page ON 1 = 1
      ORDER BY page.sequence`
  })
  return (page: typeof Page.Type) => Effect.map(find(page), toChanges)
}

/** Of one operation. If it is not there, it may have been pruned with all its changes. */
export const history = (sql: SqlClient) => {
  const find = SqlSchema.findAll({
    Request: Schema.Struct({ ...Page.fields, ref: Schema.String }),
    Result: Schema.Union([ChangeRow, NoChange]),
    execute: ({ ref, after, limit }) => sql`
      SELECT
        COALESCE((SELECT pruned FROM opwatch_operation WHERE ref = ${ref}), opwatch_counter.pruned) AS pruned, page.*
      FROM opwatch_counter
      LEFT JOIN (
        SELECT sequence, type, at, owner, operation FROM opwatch_change
        WHERE ref = ${ref} AND sequence > ${after} ORDER BY sequence LIMIT ${limit}
      ) AS page ON 1 = 1
      ORDER BY page.sequence`
  })
  return (page: typeof Page.Type & { readonly ref: string }) => Effect.map(find(page), toChanges)
}

const toChanges = (rows: ReadonlyArray<typeof ChangeRow.Type | typeof NoChange.Type>): Changes => ({
  changes: rows.flatMap((row) => (row.sequence === null ? [] : [toChange(row)])),
  prunedThrough: rows[0]?.pruned ?? 0
})

const toChange = ({ sequence, type, at, owner, operation }: typeof ChangeRow.Type): Change => ({
  sequence,
  type,
  at,
  operation,
  ...(owner !== null && { owner })
})

/**
 * Deliveries as they are sent. A claim moves the time at which one is due to the claim's end, and is settled only while it
 * stands: of several servers one sends, and another takes over what that left undone.
 */
import * as Timestamps from "@opwatch/core/Timestamp"
import type { Claimed, Claims, Settlement, WebhookStore } from "@opwatch/webhooks/WebhookStore"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as IndexedText from "./IndexedText.ts"
import * as SubscriptionTable from "./SubscriptionTable.ts"

const DueRow = Schema.Struct({ url: Schema.String, at: Schema.Int })

/** Steps from URL to URL along the index, however many deliveries each has. */
export const due = (sql: SqlClient) =>
  SqlSchema.findAll({
    Request: Schema.Void,
    Result: DueRow,
    execute: () => sql`
      WITH RECURSIVE receiver (url) AS (
        SELECT MIN(url) FROM opwatch_delivery WHERE status = 'pending'
        UNION ALL
        SELECT (SELECT MIN(d.url) FROM opwatch_delivery d WHERE d.status = 'pending' AND d.url > receiver.url)
        FROM receiver WHERE receiver.url IS NOT NULL
      )
      SELECT url, (
        SELECT MIN(d.next_millis) FROM opwatch_delivery d WHERE d.status = 'pending' AND d.url = receiver.url
      ) AS at
      FROM receiver WHERE url IS NOT NULL`
  })(undefined)

const ClaimedRow = Schema.Struct({
  id: Schema.String,
  subscription: Schema.String,
  url: Schema.String,
  attempts: Schema.Int,
  since: Schema.Int,
  body: Schema.String
})

export const claim = Effect.fnUntraced(function* (
  sql: SqlClient,
  { now, until, wanted }: Parameters<WebhookStore["Service"]["claim"]>[0]
) {
  const skipLocked = sql.onDialectOrElse({
    pg: () => sql.literal("FOR UPDATE SKIP LOCKED"),
    orElse: () => sql.literal("")
  })
  const claimSome = SqlSchema.findAll({
    Request: Schema.Struct({ url: Schema.String, limit: Schema.Int }),
    Result: ClaimedRow,
    execute: ({ limit, url }) => sql`
      UPDATE opwatch_delivery SET next_millis = ${until} WHERE number IN (
        SELECT number FROM opwatch_delivery
        WHERE status = 'pending' AND url = ${url} AND next_millis <= ${now}
        ORDER BY next_millis LIMIT ${limit} ${skipLocked}
      ) RETURNING id, subscription, url, attempts, since, body`
  })
  const findFirst = SqlSchema.findAll({
    Request: Schema.String,
    Result: Schema.Struct({ next_millis: Schema.Int }),
    execute: (url) => sql`
      SELECT next_millis FROM opwatch_delivery
      WHERE status = 'pending' AND url = ${url} ORDER BY next_millis LIMIT 1`
  })
  const rows = Arr.flatten(yield* Effect.forEach(wanted, claimSome))
  const secrets = yield* SubscriptionTable.secrets(
    sql,
    rows.map(({ subscription }) => subscription)
  )
  const claimed = rows.flatMap(({ subscription, ...row }): ReadonlyArray<Claimed> => {
    const secret = secrets.get(subscription)
    return secret === undefined ? [] : [{ ...row, secret, until }]
  })
  const due = Arr.flatten(
    yield* Effect.forEach(wanted, ({ url }) =>
      Effect.map(findFirst(url), (rows) => rows.map(({ next_millis }) => ({ url, at: next_millis })))
    )
  )
  return { claimed, due } satisfies Claims
})

export const settle = (sql: SqlClient, settlements: ReadonlyArray<Settlement>) =>
  Effect.forEach(settlements, (one) => settleOne(sql, one), { discard: true })

const settleOne = Effect.fnUntraced(function* (sql: SqlClient, { at, claim, outcome }: Settlement) {
  const standing = sql`id = ${claim.id} AND status = 'pending' AND next_millis = ${claim.until}`
  const status = "status" in outcome ? (outcome.status ?? null) : null
  const error = "error" in outcome ? IndexedText.make(outcome.error) : null
  switch (outcome._tag) {
    case "Released":
      return yield* sql`UPDATE opwatch_delivery SET next_millis = ${at} WHERE ${standing}`
    case "Failed":
      return yield* sql`
        UPDATE opwatch_delivery SET attempts = attempts + 1, next_millis = ${outcome.nextAt}, last_status = ${status},
          last_error = ${error}
        WHERE ${standing}`
    default: {
      const ended = outcome._tag === "Delivered" ? "delivered" : "dead"
      const settled = yield* sql<{ readonly subscription: string }>`
        UPDATE opwatch_delivery SET status = ${ended}, attempts = attempts + 1, next_millis = NULL, ended_millis = ${at},
          last_status = ${status}, last_error = ${error}
        WHERE ${standing} RETURNING subscription`
      const [gone] = outcome._tag === "Gone" ? settled : []
      return gone === undefined ? undefined : yield* disable(sql, gone.subscription, at, error)
    }
  }
})

/** All that is under way for it ends too. */
const disable = Effect.fnUntraced(function* (sql: SqlClient, id: string, at: number, error: string | null) {
  yield* sql`UPDATE opwatch_subscription SET disabled_at = ${Timestamps.fromMillis(at)} WHERE id = ${id}`
  yield* sql`
    UPDATE opwatch_delivery SET status = 'dead', next_millis = NULL, ended_millis = ${at}, last_error = ${error}
    WHERE subscription = ${id} AND status = 'pending'`
})

/** Counts no further than this: it is a measure, and a full count would read the whole index. */
const mostCounted = 100_000

export const countPending = (sql: SqlClient) =>
  Effect.map(
    SqlSchema.findAll({
      Request: Schema.Void,
      Result: Schema.Struct({ count: Schema.Int }),
      execute: () => sql`
        SELECT COUNT(*) AS count FROM (
          SELECT 1 FROM opwatch_delivery WHERE status = 'pending' LIMIT ${mostCounted}
        ) AS pending`
    })(undefined),
    (rows) => rows[0]?.count ?? 0
  )

/** Deliveries as they are made, listed, and let go. */
import * as Timestamps from "@opwatch/core/Timestamp"
import { Timestamp } from "@opwatch/core/Timestamp"
import { ChangeType } from "@opwatch/core/Change"
import type { Page } from "@opwatch/tracker/Store"
import type { Owner } from "@opwatch/core/Tracking"
import type { Delivery } from "@opwatch/core/Delivery"
import { DeliveryStatus } from "@opwatch/core/Delivery"
import type { DeliveryQuery, NewDelivery } from "@opwatch/webhooks/WebhookStore"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import type { Fragment } from "effect/sql/Statement"
import * as Batch from "./Batch.ts"
import * as SubscriptionTable from "./SubscriptionTable.ts"

const Row = Schema.Struct({
  number: Schema.Int,
  id: Schema.String,
  subscription: Schema.String,
  event: Schema.String,
  type: ChangeType,
  ref: Schema.String,
  url: Schema.String,
  status: DeliveryStatus,
  attempts: Schema.Int,
  next_millis: Schema.NullOr(Schema.Int),
  ended_millis: Schema.NullOr(Schema.Int),
  last_status: Schema.NullOr(Schema.Int),
  last_error: Schema.NullOr(Schema.String),
  created_at: Timestamp
})

const columns = (sql: SqlClient) =>
  sql.literal(
    "number, id, subscription, event, type, ref, url, status, attempts, next_millis, ended_millis, last_status, last_error, created_at"
  )

const toDelivery = (row: typeof Row.Type): Delivery => {
  const { id, subscription, event, type, ref, url, status, attempts } = row
  return {
    id,
    subscription,
    eventId: event,
    type,
    ref,
    url,
    status,
    attempts,
    ...(row.next_millis !== null && { nextAt: Timestamps.fromMillis(row.next_millis) }),
    ...(row.last_status !== null && { lastStatus: row.last_status }),
    ...(row.last_error !== null && { lastError: row.last_error }),
    createdAt: row.created_at,
    ...(status === "delivered" && row.ended_millis !== null && { deliveredAt: Timestamps.fromMillis(row.ended_millis) })
  }
}

const Cursor = Schema.Struct({ sequence: Schema.Int })

export const cursor = (sql: SqlClient) =>
  SqlSchema.findOne({
    Request: Schema.Void,
    Result: Cursor,
    execute: () => sql`SELECT sequence FROM opwatch_webhook_cursor`
  })(undefined).pipe(
    Effect.map(({ sequence }) => sequence),
    Effect.catchTag("NoSuchElementError", Effect.die)
  )

/** In a transaction that has the counters: nobody else moves the cursor or ends a subscription meanwhile. */
export const dispatch = Effect.fnUntraced(function* (
  sql: SqlClient,
  from: number,
  through: number,
  deliveries: ReadonlyArray<NewDelivery>,
  at: Timestamp
) {
  if ((yield* cursor(sql)) !== from) return false
  const enabled = yield* SubscriptionTable.findEnabled(
    sql,
    deliveries.map(({ subscription }) => subscription)
  )
  const now = Timestamps.toMillis(at)
  const rows = deliveries
    .filter(({ subscription }) => enabled.has(subscription))
    .map(({ eventId, ...delivery }) => ({
      ...delivery,
      event: eventId,
      status: "pending",
      attempts: 0,
      since: now,
      next_millis: now,
      created_at: at
    }))
  yield* Batch.forEach(
    rows,
    (rows) => sql`INSERT INTO opwatch_delivery ${sql.insert(rows)} ON CONFLICT (id) DO NOTHING`.unprepared
  )
  yield* sql`UPDATE opwatch_webhook_cursor SET sequence = ${through}`
  return true
})

/** One more than the page holds is read, to see whether another follows. */
export const list = Effect.fnUntraced(function* (sql: SqlClient, owner: Owner, query: DeliveryQuery, before: number) {
  const asked: Array<Fragment> = [sql`owner = ${owner}`, sql`number < ${before}`]
  if (query.status !== undefined) asked.push(sql`status = ${query.status}`)
  if (query.subscription !== undefined) asked.push(sql`subscription = ${query.subscription}`)
  const rows = yield* SqlSchema.findAll({
    Request: Schema.Int,
    Result: Row,
    execute: (limit) => sql`
      SELECT ${columns(sql)} FROM opwatch_delivery WHERE ${sql.and(asked)} ORDER BY number DESC LIMIT ${limit}`
  })(query.limit + 1)
  const page = rows.slice(0, query.limit)
  const items = page.map(toDelivery)
  const last = rows.length === page.length ? undefined : page.at(-1)
  return (last === undefined ? { items } : { items, next: `${last.number}` }) satisfies Page<Delivery>
})

export const get = (sql: SqlClient, owner: Owner, id: string) =>
  Effect.map(
    SqlSchema.findOneOption({
      Request: Schema.String,
      Result: Row,
      execute: (id) => sql`SELECT ${columns(sql)} FROM opwatch_delivery WHERE id = ${id} AND owner = ${owner}`
    })(id),
    Option.map(toDelivery)
  )

export const resend = Effect.fnUntraced(function* (sql: SqlClient, owner: Owner, id: string, at: Timestamp) {
  const now = Timestamps.toMillis(at)
  yield* sql`
    UPDATE opwatch_delivery SET status = 'pending', attempts = 0, since = ${now}, next_millis = ${now},
      ended_millis = NULL,
      url = (SELECT s.url FROM opwatch_subscription s WHERE s.id = opwatch_delivery.subscription)
    WHERE id = ${id} AND owner = ${owner} AND status <> 'pending'`
  return yield* get(sql, owner, id)
})

/** How many rows one step takes. */
const most = 500

export const prune = Effect.fnUntraced(function* (
  sql: SqlClient,
  horizon: { readonly delivered: number; readonly dead: number; readonly untracked: number }
) {
  const ended = (status: "delivered" | "dead", horizon: number) => sql`
    DELETE FROM opwatch_delivery WHERE number IN (
      SELECT number FROM opwatch_delivery
      WHERE status <> 'pending' AND status = ${status} AND ended_millis < ${horizon} LIMIT ${most}
    ) RETURNING number`
  const untracked = yield* sql`
    DELETE FROM opwatch_subscription WHERE number IN (
      SELECT s.number FROM opwatch_subscription s
      WHERE s.ref IS NOT NULL AND s.created_millis < ${horizon.untracked}
        AND NOT EXISTS (SELECT 1 FROM opwatch_tracking t WHERE t.ref = s.ref AND t.owner = s.owner)
      LIMIT ${most}
    ) RETURNING number`
  const delivered = yield* ended("delivered", horizon.delivered)
  const dead = yield* ended("dead", horizon.dead)
  return untracked.length + delivered.length + dead.length
})

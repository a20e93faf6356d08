/** Subscriptions. The one that came with a tracking is found by its operation and owner. */
import { Timestamp, toMillis } from "@opwatch/core/Timestamp"
import type { Page } from "@opwatch/tracker/Store"
import { Owner } from "@opwatch/core/Tracking"
import type { Subscription } from "@opwatch/core/Subscription"
import { SubscriptionFilter } from "@opwatch/core/Subscription"
import type { Listener, NewSubscription, TrackingHook } from "@opwatch/webhooks/WebhookStore"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { SqlClient } from "effect/sql/SqlClient"
import * as SqlSchema from "effect/sql/SqlSchema"
import * as Batch from "./Batch.ts"
import type { Counters } from "./Counters.ts"
import { StoredLabels } from "./StoredJson.ts"

const StoredFilter = Schema.fromJsonString(SubscriptionFilter)

const Row = Schema.Struct({
  number: Schema.Int,
  id: Schema.String,
  url: Schema.String,
  filter: StoredFilter,
  ref: Schema.NullOr(Schema.String),
  created_at: Timestamp,
  disabled_at: Schema.NullOr(Timestamp)
})

/** All but the secret. */
const columns = (sql: SqlClient) => sql.literal("number, id, url, filter, ref, created_at, disabled_at")

const toSubscription = ({ id, url, filter, ref, created_at, disabled_at }: typeof Row.Type): Subscription => ({
  id,
  url,
  filter,
  ...(ref !== null && { ref }),
  createdAt: created_at,
  ...(disabled_at !== null && { disabledAt: disabled_at })
})

/** With the counters: changes up to now are not for it. */
const insert = (sql: SqlClient, { change }: Counters, subscription: NewSubscription, ref: string | undefined) =>
  SqlSchema.findOne({
    Request: Schema.Void,
    Result: Row,
    execute: () => {
      const { createdAt, filter, id, owner, secret, url } = subscription
      const row = {
        id,
        owner,
        url,
        secret: Redacted.value(secret),
        filter: JSON.stringify(filter),
        ref: ref ?? null,
        since: change,
        created_at: createdAt,
        created_millis: toMillis(createdAt)
      }
      return sql`INSERT INTO opwatch_subscription ${sql.insert(row)} RETURNING ${columns(sql)}`
    }
  })(undefined).pipe(Effect.catchTag("NoSuchElementError", Effect.die))

/** None if the owner has this many. */
export const add = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters,
  subscription: NewSubscription,
  most: number
) {
  const [standing] = yield* SqlSchema.findAll({
    Request: Owner,
    Result: Schema.Struct({ count: Schema.Int }),
    execute: (owner) => sql`SELECT COUNT(*) AS count FROM opwatch_subscription WHERE owner = ${owner} AND ref IS NULL`
  })(subscription.owner)
  if ((standing?.count ?? 0) >= most) return Option.none()
  return Option.some(toSubscription(yield* insert(sql, counters, subscription, undefined)))
})

export const findForTrackings = (sql: SqlClient, owner: Owner, refs: ReadonlyArray<string>) =>
  Effect.map(
    Batch.flatMap(
      [...new Set(refs)],
      SqlSchema.findAll({
        Request: Schema.Array(Schema.String),
        Result: Row,
        execute: (refs) =>
          sql`
          SELECT ${columns(sql)} FROM opwatch_subscription
          WHERE owner = ${owner} AND ref IN ${sql.in(refs)}`.unprepared
      })
    ),
    (rows) => new Map(rows.map((row) => [row.ref, row] as const))
  )

/** In the order given: the last word on an operation counts. */
export const setForTrackings = Effect.fnUntraced(function* (
  sql: SqlClient,
  counters: Counters,
  owner: Owner,
  hooks: ReadonlyArray<TrackingHook>
) {
  const there = yield* findForTrackings(
    sql,
    owner,
    hooks.map(({ ref }) => ref)
  )
  const results: Array<{ readonly subscription: Subscription; readonly secretKept: boolean } | undefined> = []
  for (const { hook, ref } of hooks) {
    const before = there.get(ref)
    if (hook === undefined) {
      if (before !== undefined) yield* sql`DELETE FROM opwatch_subscription WHERE id = ${before.id}`
      there.delete(ref)
      results.push(undefined)
    } else if (before === undefined) {
      const row = yield* insert(sql, counters, { ...hook, owner, filter: {} }, ref)
      there.set(ref, row)
      results.push({ subscription: toSubscription(row), secretKept: false })
    } else {
      const { createdAt, keepSecret, secret, url } = hook
      const secretKept = keepSecret && before.url === url
      yield* sql`
        UPDATE opwatch_subscription SET url = ${url}, created_millis = ${toMillis(createdAt)}, disabled_at = NULL
        WHERE id = ${before.id}`
      if (!secretKept) {
        yield* sql`UPDATE opwatch_subscription SET secret = ${Redacted.value(secret)} WHERE id = ${before.id}`
      }
      if (before.url !== url) {
        yield* sql`
          UPDATE opwatch_delivery SET url = ${url} WHERE subscription = ${before.id} AND status = 'pending'`
      }
      const row = { ...before, url, disabled_at: null }
      there.set(ref, row)
      results.push({ subscription: toSubscription(row), secretKept })
    }
  }
  return results
})

export const remove = (sql: SqlClient, owner: Owner, id: string) =>
  Effect.map(
    sql`DELETE FROM opwatch_subscription WHERE id = ${id} AND owner = ${owner} RETURNING number`,
    (rows) => rows.length > 0
  )

export const get = (sql: SqlClient, owner: Owner, id: string) =>
  Effect.map(
    SqlSchema.findOneOption({
      Request: Schema.String,
      Result: Row,
      execute: (id) => sql`SELECT ${columns(sql)} FROM opwatch_subscription WHERE id = ${id} AND owner = ${owner}`
    })(id),
    Option.map(toSubscription)
  )

/** One more than the page holds is read, to see whether another follows. */
export const list = Effect.fnUntraced(function* (sql: SqlClient, owner: Owner, limit: number, before: number) {
  const rows = yield* SqlSchema.findAll({
    Request: Schema.Int,
    Result: Row,
    execute: (limit) => sql`
      SELECT ${columns(sql)} FROM opwatch_subscription
      WHERE owner = ${owner} AND ref IS NULL AND number < ${before} ORDER BY number DESC LIMIT ${limit}`
  })(limit + 1)
  const page = rows.slice(0, limit)
  const items = page.map(toSubscription)
  const last = rows.length === page.length ? undefined : page.at(-1)
  return (last === undefined ? { items } : { items, next: `${last.number}` }) satisfies Page<Subscription>
})

const ListenerRow = Schema.Struct({
  id: Schema.String,
  owner: Owner,
  url: Schema.String,
  filter: StoredFilter,
  since: Schema.Int,
  ref: Schema.String,
  labels: StoredLabels
})

/** Of those who track these operations: standing subscriptions, and those for the one operation. */
export const listeners = (sql: SqlClient, refs: ReadonlyArray<string>) => {
  const find = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: ListenerRow,
    execute: (refs) =>
      sql`
      SELECT s.id, s.owner, s.url, s.filter, s.since, t.ref, t.labels
      FROM opwatch_tracking t JOIN opwatch_subscription s ON s.owner = t.owner AND s.ref IS NULL
      WHERE t.ref IN ${sql.in(refs)} AND s.disabled_at IS NULL
      UNION ALL
      SELECT s.id, s.owner, s.url, s.filter, s.since, t.ref, t.labels
      FROM opwatch_tracking t JOIN opwatch_subscription s ON s.owner = t.owner AND s.ref = t.ref
      WHERE t.ref IN ${sql.in(refs)} AND s.disabled_at IS NULL`.unprepared
  })
  return Effect.map(Batch.flatMap(refs, find), (rows) =>
    rows.map(({ since, ref, labels, ...subscription }): Listener => ({ subscription, since, ref, labels }))
  )
}

/** Of these those that are there and not disabled. */
export const findEnabled = (sql: SqlClient, ids: ReadonlyArray<string>) =>
  Effect.map(
    Batch.flatMap(
      [...new Set(ids)],
      SqlSchema.findAll({
        Request: Schema.Array(Schema.String),
        Result: Schema.Struct({ id: Schema.String }),
        execute: (ids) =>
          sql`SELECT id FROM opwatch_subscription WHERE id IN ${sql.in(ids)} AND disabled_at IS NULL`.unprepared
      })
    ),
    (rows) => new Set(rows.map(({ id }) => id))
  )

export const secrets = (sql: SqlClient, ids: ReadonlyArray<string>) =>
  Effect.map(
    Batch.flatMap(
      [...new Set(ids)],
      SqlSchema.findAll({
        Request: Schema.Array(Schema.String),
        Result: Schema.Struct({
          id: Schema.String,
          secret: Schema.RedactedFromValue(Schema.String, { label: "webhook secret" })
        }),
        execute: (ids) => sql`SELECT id, secret FROM opwatch_subscription WHERE id IN ${sql.in(ids)}`.unprepared
      })
    ),
    (rows) => new Map(rows.map(({ id, secret }) => [id, secret] as const))
  )

/** The `WebhookStore` port on a SQL database, the one that has the changes. */
import type { StoreError } from "@opwatch/tracker/StoreError"
import { WebhookStore } from "@opwatch/webhooks/WebhookStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Database } from "./Database.ts"
import * as DeliveryClaims from "./DeliveryClaims.ts"
import * as DeliveryTable from "./DeliveryTable.ts"
import * as Migrations from "./Migrations.ts"
import * as SubscriptionTable from "./SubscriptionTable.ts"

const make = Effect.gen(function* () {
  const database = yield* Database
  yield* Migrations.run(database)
  const { sql, run, write } = database

  return WebhookStore.of({
    subscribe: Effect.fn("WebhookStore.subscribe")(function* (subscription, most) {
      return yield* write((counters) => SubscriptionTable.add(sql, counters, subscription, most))
    }),
    setForTrackings: Effect.fn("WebhookStore.setForTrackings")(function* (owner, hooks) {
      const refs = hooks.map(({ ref }) => ref)
      const isIdle = hooks.every(({ hook }) => hook === undefined)
      if (isIdle && (yield* run(SubscriptionTable.findForTrackings(sql, owner, refs))).size === 0) {
        return hooks.map(() => undefined)
      }
      return yield* write((counters) => SubscriptionTable.setForTrackings(sql, counters, owner, hooks))
    }),
    remove: Effect.fn("WebhookStore.remove")(function* (owner, id) {
      return yield* write(() => SubscriptionTable.remove(sql, owner, id))
    }),
    get: Effect.fn("WebhookStore.get")(function* (owner, id) {
      return yield* run(SubscriptionTable.get(sql, owner, id))
    }),
    list: Effect.fn("WebhookStore.list")(function* (owner, { after, limit }) {
      return yield* run(SubscriptionTable.list(sql, owner, limit, before(after)))
    }),

    cursor: run(DeliveryTable.cursor(sql)),
    listeners: Effect.fn("WebhookStore.listeners")(function* (refs) {
      return yield* run(SubscriptionTable.listeners(sql, refs))
    }),
    dispatch: Effect.fn("WebhookStore.dispatch")(function* ({ at, deliveries, from, through }) {
      return yield* write(() => DeliveryTable.dispatch(sql, from, through, deliveries, at))
    }),

    due: run(DeliveryClaims.due(sql)),
    claim: Effect.fn("WebhookStore.claim")(function* (request) {
      return yield* run(sql.withTransaction(DeliveryClaims.claim(sql, request)))
    }),
    settle: Effect.fn("WebhookStore.settle")(function* (settlements) {
      return yield* run(sql.withTransaction(DeliveryClaims.settle(sql, settlements)))
    }),
    countPending: run(DeliveryClaims.countPending(sql)),

    deliveries: Effect.fn("WebhookStore.deliveries")(function* (owner, query) {
      return yield* run(DeliveryTable.list(sql, owner, query, before(query.after)))
    }),
    delivery: Effect.fn("WebhookStore.delivery")(function* (owner, id) {
      return yield* run(DeliveryTable.get(sql, owner, id))
    }),
    resend: Effect.fn("WebhookStore.resend")(function* (owner, id, at) {
      return yield* run(sql.withTransaction(DeliveryTable.resend(sql, owner, id, at)))
    }),
    prune: Effect.fn("WebhookStore.prune")(function* (horizon) {
      return yield* write(() => DeliveryTable.prune(sql, horizon))
    })
  })
})

/** The number that a page goes on below; of what no page gave, none. */
const before = (after: string | undefined): number => {
  if (after === undefined) return Number.MAX_SAFE_INTEGER
  return /^\d{1,15}$/.test(after) ? Number(after) : 0
}

export const layer: Layer.Layer<WebhookStore, StoreError, Database> = Layer.effect(WebhookStore, make)

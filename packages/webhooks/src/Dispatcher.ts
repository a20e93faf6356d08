/**
 * Makes a delivery of each change for every subscription that wants it, of every owner who tracks the operation. It reads
 * changes by a position that is stored together with the deliveries, so none is passed over and none made twice.
 */
import * as Timestamp from "@opwatch/core/Timestamp"
import type { Change, TrackedEvent } from "@opwatch/core/Change"
import { matcher } from "@opwatch/tracker/EventFilter"
import * as EventId from "@opwatch/tracker/EventId"
import type { Store } from "@opwatch/tracker/Store"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Delivery from "@opwatch/core/Delivery"
import type { Listener, NewDelivery, WebhookStore } from "./WebhookStore.ts"

/** How long changes may wait to be seen. */
const pause = Duration.millis(200)

const pageSize = 500

export interface Options {
  readonly store: Store["Service"]
  readonly webhooks: WebhookStore["Service"]
  readonly onMade: (urls: ReadonlySet<string>) => void
}

/** One look at what changed, and a pause if there is no more. */
export const make = ({ onMade, store, webhooks }: Options) => {
  let toldOfGap = 0

  const noteGap = (from: number, prunedThrough: number) => {
    if (prunedThrough <= Math.max(from, toldOfGap)) return Effect.void
    toldOfGap = prunedThrough
    return Effect.logWarning(`webhooks may lack changes between ${from} and ${prunedThrough}: they are no longer kept`)
  }

  return Effect.gen(function* () {
    const from = yield* webhooks.cursor
    const { changes, prunedThrough } = yield* store.changes({ after: from, limit: pageSize })
    yield* noteGap(from, prunedThrough)
    const through = changes.at(-1)?.sequence
    if (through === undefined) return yield* Effect.sleep(pause)
    const refs = [...new Set(changes.map(({ operation }) => operation.ref))]
    const listeners = Map.groupBy(yield* webhooks.listeners(refs), ({ ref }) => ref)
    const deliveries = changes.flatMap((change) =>
      (listeners.get(change.operation.ref) ?? []).flatMap((listener) => deliveryOf(change, listener))
    )
    const at = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const isMade = yield* webhooks.dispatch({ from, through, deliveries, at })
    if (isMade && deliveries.length > 0) onMade(new Set(deliveries.map(({ url }) => url)))
    if (changes.length < pageSize) yield* Effect.sleep(pause)
  })
}

const deliveryOf = (change: Change, { subscription, since, labels }: Listener): ReadonlyArray<NewDelivery> => {
  const { at, operation, owner, sequence, type } = change
  const { filter, id, url } = subscription
  if (type === "operation.cancelRequested" || sequence <= since) return []
  if (owner !== undefined && owner !== subscription.owner) return []
  const event: TrackedEvent = { id: EventId.fromSequence(sequence), type, at, operation, labels }
  if (!matcher(filter)(event)) return []
  return [
    {
      id: Delivery.idOf(id, event.id),
      subscription: id,
      owner: subscription.owner,
      eventId: event.id,
      type,
      ref: operation.ref,
      url,
      body: JSON.stringify(event)
    }
  ]
}

/**
 * One event on its way to one subscription. Its id follows from both, so it is made once however often its making is tried,
 * and receivers are told the same `webhook-id` with every attempt.
 */
import { Timestamp } from "./Timestamp.ts"
import { ChangeType } from "./Change.ts"
import * as Schema from "effect/Schema"

export const DeliveryStatus = Schema.Literals([
  "pending",
  "delivered",
  /** Given up; it can be sent again. */
  "dead"
])
export type DeliveryStatus = typeof DeliveryStatus.Type

export const Delivery = Schema.Struct({
  id: Schema.String,
  subscription: Schema.String,
  eventId: Schema.String,
  type: ChangeType,
  /** Of the operation that the event is about. */
  ref: Schema.String,
  url: Schema.String,
  status: DeliveryStatus,
  /** Since it was made or last sent again. */
  attempts: Schema.Int,
  /** When it is tried next; while it is being tried, when it would be if nothing more were heard of that. */
  nextAt: Schema.optionalKey(Timestamp),
  /** What the receiver answered last. */
  lastStatus: Schema.optionalKey(Schema.Int),
  lastError: Schema.optionalKey(Schema.String),
  createdAt: Timestamp,
  deliveredAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "Delivery" })
export type Delivery = typeof Delivery.Type

/** Without a dot, which separates the parts of what is signed. */
export const idOf = (subscription: string, eventId: string): string => `${subscription}_${eventId}`

/** Who is told by webhook, of what, and where: a standing wish of an owner, or one that comes with a single tracking. Its secret stays apart. */
import { OperationState } from "./OperationState.ts"
import { SourceName } from "./Reference.ts"
import { Timestamp } from "./Timestamp.ts"
import { Labels } from "./Tracking.ts"
import * as Schema from "effect/Schema"

/** Everything given must be true of an event; labels are those under which the owner tracks the operation. */
export const SubscriptionFilter = Schema.Struct({
  source: Schema.optionalKey(SourceName),
  kind: Schema.optionalKey(Schema.String),
  /** The state that the change led to. */
  state: Schema.optionalKey(OperationState),
  labels: Schema.optionalKey(Labels)
}).annotate({ identifier: "SubscriptionFilter" })
export type SubscriptionFilter = typeof SubscriptionFilter.Type

export const Subscription = Schema.Struct({
  id: Schema.String,
  url: Schema.String,
  filter: SubscriptionFilter,
  /** The one operation it is for, if it came with a tracking. */
  ref: Schema.optionalKey(Schema.String),
  createdAt: Timestamp,
  /** Since the receiver answered 410 Gone nothing is sent. */
  disabledAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "Subscription" })
export type Subscription = typeof Subscription.Type

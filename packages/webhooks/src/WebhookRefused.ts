/** Why a webhook is not taken on, in words for whoever asked. They repeat neither a secret nor a URL, which may hold one. */
import * as Schema from "effect/Schema"

export class WebhookRefused extends Schema.TaggedError<WebhookRefused>()("WebhookRefused", {
  reason: Schema.Literals([
    "url",
    "secret",
    /** This server sends none. */
    "unavailable"
  ]),
  message: Schema.String
}) {}

/** The owner has as many standing subscriptions as one may have. */
export class TooManySubscriptions extends Schema.TaggedError<TooManySubscriptions>()("TooManySubscriptions", {
  message: Schema.String
}) {}

/** The receiver said that it is gone; a new subscription is needed. */
export class SubscriptionDisabled extends Schema.TaggedError<SubscriptionDisabled>()("SubscriptionDisabled", {
  message: Schema.String
}) {}

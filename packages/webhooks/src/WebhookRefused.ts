/** Why a webhook is not taken on, in words for whoever asked. It repeats neither a secret nor a URL, which may hold one. */
import * as Schema from "effect/Schema"

export class WebhookRefused extends Schema.TaggedError<WebhookRefused>()("WebhookRefused", {
  reason: Schema.Literals([
    "url",
    "secret",
    /** The owner has as many standing subscriptions as one may have. */
    "tooMany",
    /** The receiver said that it is gone; a new subscription is needed. */
    "disabled"
  ]),
  message: Schema.String
}) {}

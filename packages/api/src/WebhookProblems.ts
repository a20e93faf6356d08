/** The problems of webhooks. None repeats a URL or a secret: either may let its reader in somewhere. */
import * as Schema from "effect/Schema"
import * as HttpApiError from "effect/http-api/HttpApiError"
import { members } from "./Problems.ts"

/** The webhook's URL or secret is not of its form, or the URL leads where this server sends nothing. */
export class WebhookRefused extends HttpApiError.Problem<WebhookRefused>()(
  "WebhookRefused",
  { type: "urn:opwatch:problem:webhook-refused", status: 400, title: "The webhook is not accepted" },
  { ...members, reason: Schema.Literals(["url", "secret"]) }
) {}

/** There is room again when one is removed. */
export class TooManySubscriptions extends HttpApiError.Problem<TooManySubscriptions>()(
  "TooManySubscriptions",
  { type: "urn:opwatch:problem:too-many-subscriptions", status: 409, title: "There are as many as there may be" },
  members
) {}

/** The receiver answered 410 Gone: nothing is sent to it any more. */
export class SubscriptionDisabled extends HttpApiError.Problem<SubscriptionDisabled>()(
  "SubscriptionDisabled",
  { type: "urn:opwatch:problem:subscription-disabled", status: 409, title: "The subscription is disabled" },
  members
) {}

/** The caller has no such subscription; others may. */
export class SubscriptionNotFound extends HttpApiError.Problem<SubscriptionNotFound>()(
  "SubscriptionNotFound",
  { type: "urn:opwatch:problem:subscription-not-found", status: 404, title: "There is no such subscription" },
  members
) {}

/** The caller has no such delivery, or it is no longer kept. */
export class DeliveryNotFound extends HttpApiError.Problem<DeliveryNotFound>()(
  "DeliveryNotFound",
  { type: "urn:opwatch:problem:delivery-not-found", status: 404, title: "There is no such delivery" },
  members
) {}

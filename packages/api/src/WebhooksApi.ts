/** Standing webhooks, and what became of everything that was sent to any. Each key has its own, and sees no others. */
import { Delivery, DeliveryStatus } from "@opwatch/core/Delivery"
import { Subscription, SubscriptionFilter } from "@opwatch/core/Subscription"
import * as Schema from "effect/Schema"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authenticated, about } from "./Authenticated.ts"
import { StoreUnavailableResponse, WebhooksUnavailable } from "./Problems.ts"
import { pageSize, pageToken } from "./TrackingParameters.ts"
import { madeSecret, Webhook } from "./Webhook.ts"
import * as Problems from "./WebhookProblems.ts"

const strict = { onExcessProperty: "error" } as const

const idOf = (what: string) => {
  const form = `the id of a ${what}, as it was given`
  return Schema.String.check(Schema.isPattern(/^[a-z0-9_]{1,80}$/u, { expected: form, description: form }))
}

const SubscriptionId = idOf("subscription")
const params = { id: SubscriptionId }

export const SubscriptionRequest = Schema.Struct({
  ...Webhook.fields,
  filter: Schema.optionalKey(SubscriptionFilter)
}).annotate({ identifier: "SubscriptionRequest" })

export const NewSubscription = Schema.Struct({ ...Subscription.fields, secret: madeSecret }).annotate({
  identifier: "NewSubscription"
})

const subscribe = HttpApiEndpoint.post("subscribe", "/v1/subscriptions", {
  payload: SubscriptionRequest,
  success: NewSubscription.pipe(HttpApiSchema.status(201)),
  error: [Problems.WebhookRefused, Problems.TooManySubscriptions, WebhooksUnavailable, StoreUnavailableResponse]
})
  .annotate(HttpApi.PayloadParseOptions, strict)
  .annotateMerge(
    about({
      summary: "Be told of changes by webhook",
      description:
        "From now on each change of what the caller tracks is sent to `url`, as an event `{id, type, at, operation, labels}` with the headers and the signature of Standard Webhooks, at least once. " +
        "Everything in `filter` must hold: `state` is the one that the change led to, `labels` are those under which the caller tracks the operation. " +
        "Without a `secret` one is made, and stands in this answer alone. A caller may have 100 subscriptions.",
      scope: "track"
    })
  )

export const SubscriptionPage = Schema.Struct({
  subscriptions: Schema.Array(Subscription),
  /** Absent on the last page. */
  nextPageToken: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "SubscriptionPage" })

const subscriptions = HttpApiEndpoint.get("subscriptions", "/v1/subscriptions", {
  query: { pageSize, pageToken },
  success: SubscriptionPage,
  error: StoreUnavailableResponse
}).annotateMerge(
  about({
    summary: "The caller's standing webhooks",
    description:
      "The latest first, in pages of `pageSize` (100 if not given, at most 1000). Those that came with a tracking are not among them, and are found by their id. Secrets are not told. " +
      "One with `disabledAt` is sent nothing more: its receiver answered 410.",
    scope: "read"
  })
)

const subscription = HttpApiEndpoint.get("subscription", "/v1/subscriptions/:id", {
  params,
  success: Subscription,
  error: [Problems.SubscriptionNotFound, StoreUnavailableResponse]
}).annotateMerge(
  about({
    summary: "One webhook",
    description: "A standing one, or one that came with a tracking: that has a `ref`. Its secret is not told.",
    scope: "read"
  })
)

const unsubscribe = HttpApiEndpoint.delete("unsubscribe", "/v1/subscriptions/:id", {
  params,
  success: HttpApiSchema.NoContent,
  error: [Problems.SubscriptionNotFound, StoreUnavailableResponse]
}).annotateMerge(
  about({
    summary: "Be told no more",
    description: "The webhook's deliveries go with it: what was not sent is not, and nothing of it is listed.",
    scope: "track"
  })
)

export const DeliveryPage = Schema.Struct({
  deliveries: Schema.Array(Delivery),
  /** Absent on the last page. */
  nextPageToken: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "DeliveryPage" })

const deliveries = HttpApiEndpoint.get("deliveries", "/v1/deliveries", {
  query: {
    status: Schema.optionalKey(DeliveryStatus.annotate({ description: "What has become of them" })),
    subscription: Schema.optionalKey(SubscriptionId),
    pageSize,
    pageToken
  },
  success: DeliveryPage,
  error: StoreUnavailableResponse
}).annotateMerge(
  about({
    summary: "What became of what was sent",
    description:
      "The caller's deliveries, one for each event and webhook, the latest first, in pages of `pageSize` (100 if not given, at most 1000). " +
      "`status=dead` are those given up after a day; they can be sent again for as long as they are kept: 30 days, and what was delivered 7, unless the server's configuration says otherwise. `id` is the `webhook-id` that the receiver is told.",
    scope: "read"
  })
)

const resend = HttpApiEndpoint.post("resend", "/v1/deliveries/:id/resend", {
  params: { id: idOf("delivery") },
  success: Delivery.pipe(HttpApiSchema.status(202)),
  error: [Problems.DeliveryNotFound, Problems.SubscriptionDisabled, StoreUnavailableResponse]
}).annotateMerge(
  about({
    summary: "Send it again",
    description:
      "At once, and if need be for another day, under the same id, to where its webhook goes now. One that is `pending` stays as it is. The answer does not wait for the receiver's.",
    scope: "track"
  })
)

export class WebhooksApi extends HttpApiGroup.make("webhooks")
  .add(subscribe, subscriptions, subscription, unsubscribe, deliveries, resend)
  .middleware(Authenticated)
  .annotateMerge(
    OpenApi.annotations({
      title: "Webhooks",
      description: "Changes of what is tracked, sent to a URL as they happen. With API keys, each key has its own."
    })
  ) {}

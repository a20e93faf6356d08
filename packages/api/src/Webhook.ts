/** A webhook as it is asked for, and as the answer to that has it: a secret that the server made is told there and nowhere else. */
import * as Schema from "effect/Schema"

const secret = (description: string) =>
  Schema.optionalKey(Schema.RedactedFromValue(Schema.String.annotate({ description }), { label: "webhook secret" }))

/** What a webhook is asked for with. */
export const Webhook = Schema.Struct({
  url: Schema.String.annotate({
    description:
      "http or https, up to 2048 characters, without user and password; to public addresses only, unless the server's configuration says otherwise"
  }),
  secret: secret(
    "What deliveries are signed with: `whsec_` and 24 to 64 bytes in base64. Without one the server makes one and tells it once, in its answer"
  )
})

export const madeSecret = secret("The secret that the server made: it is told here and never again")

/** Where an operation is tracked with a webhook. */
export const TrackingWebhook = Schema.Struct({
  subscription: Schema.String.annotate({ description: "The id that deliveries and `/v1/subscriptions` know it by" }),
  secret: madeSecret
}).annotate({ identifier: "TrackingWebhook" })
export type TrackingWebhook = typeof TrackingWebhook.Type

/** Webhooks where none are sent: nobody has any, and whoever wants one is refused. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { WebhookRefused } from "./WebhookRefused.ts"
import type { Webhooks } from "./Webhooks.ts"

const refused = new WebhookRefused({ reason: "unavailable", message: "this server sends no webhooks" })
const none = Effect.succeed({ items: [] })

export const service: Webhooks["Service"] = {
  subscribe: () => Effect.fail(refused),
  list: () => none,
  get: () => Effect.succeed(Option.none()),
  remove: () => Effect.succeed(false),
  forTrackings: (_, hooks) =>
    Effect.succeed(
      hooks.map(({ webhook }) => (webhook === undefined ? Result.succeed(undefined) : Result.fail(refused)))
    ),
  forTracking: (_, __, webhook) => (webhook === undefined ? Effect.succeed(undefined) : Effect.fail(refused)),
  deliveries: () => none,
  resend: () => Effect.succeed(Option.none())
}

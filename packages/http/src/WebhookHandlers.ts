/** Standing webhooks and deliveries, by the contract: the caller's own. */
import { Caller } from "@opwatch/access/Caller"
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { defaultPageSize } from "@opwatch/api/TrackingParameters"
import * as Problems from "@opwatch/api/WebhookProblems"
import { present } from "@opwatch/core/FieldReader"
import { Webhooks } from "@opwatch/webhooks/Webhooks"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Option from "effect/Option"
import { fromError, orStoreProblem } from "./StoreProblem.ts"
import * as WebhookProblem from "./WebhookProblem.ts"

export const layer = HttpApiBuilder.group(
  OpwatchApi,
  "webhooks",
  Effect.fnUntraced(function* (handlers) {
    const webhooks = yield* Webhooks

    return handlers.handleAll({
      subscribe: Effect.fnUntraced(function* ({ payload }) {
        const { owner } = yield* Caller
        const { secret, subscription } = yield* webhooks.subscribe(owner, payload).pipe(
          Effect.catchTags({
            WebhookRefused: (refused) => Effect.fail(WebhookProblem.of(refused)),
            TooManySubscriptions: ({ message }) =>
              Effect.fail(
                new Problems.TooManySubscriptions({ detail: message, hint: "DELETE one that is not needed" })
              ),
            StoreError: (error) => Effect.fail(fromError(error))
          })
        )
        return { ...subscription, ...present({ secret }) }
      }),
      subscriptions: Effect.fnUntraced(function* ({ query: { pageSize = defaultPageSize, pageToken } }) {
        const { owner } = yield* Caller
        const { items, next } = yield* orStoreProblem(webhooks.list(owner, { limit: pageSize, after: pageToken }))
        return { subscriptions: items, ...present({ nextPageToken: next }) }
      }),
      subscription: Effect.fnUntraced(function* ({ params: { id } }) {
        const { owner } = yield* Caller
        return yield* orElseMissing(yield* orStoreProblem(webhooks.get(owner, id)), noSubscription(id))
      }),
      unsubscribe: Effect.fnUntraced(function* ({ params: { id } }) {
        const { owner } = yield* Caller
        if (!(yield* orStoreProblem(webhooks.remove(owner, id)))) return yield* noSubscription(id)
      }),
      deliveries: Effect.fnUntraced(function* ({ query: { pageSize = defaultPageSize, pageToken, ...conditions } }) {
        const { owner } = yield* Caller
        const query = { ...conditions, limit: pageSize, after: pageToken }
        const { items, next } = yield* orStoreProblem(webhooks.deliveries(owner, query))
        return { deliveries: items, ...present({ nextPageToken: next }) }
      }),
      resend: Effect.fnUntraced(function* ({ params: { id } }) {
        const { owner } = yield* Caller
        const delivery = yield* webhooks.resend(owner, id).pipe(
          Effect.catchTags({
            SubscriptionDisabled: ({ message }) => Effect.fail(new Problems.SubscriptionDisabled({ detail: message })),
            StoreError: (error) => Effect.fail(fromError(error))
          })
        )
        return yield* orElseMissing(delivery, noDelivery(id))
      })
    })
  })
)

const orElseMissing = <A, E>(found: Option.Option<A>, missing: E): Effect.Effect<A, E> =>
  Option.match(found, { onNone: () => Effect.fail(missing), onSome: Effect.succeed })

const noSubscription = (id: string) =>
  new Problems.SubscriptionNotFound({
    detail: `there is no subscription ${id}`,
    hint: "a subscription that came with a tracking goes with it"
  })

const noDelivery = (id: string) =>
  new Problems.DeliveryNotFound({
    detail: `there is no delivery ${id}`,
    hint: "deliveries go with their subscription, and some time after they ended"
  })

/** Puts webhooks together: what owners ask for, checked; the fibers that follow changes, send, and let go what is old. */
import { format } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { Store } from "@opwatch/tracker/Store"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { randomBytes } from "node:crypto"
import * as Courier from "./Courier.ts"
import * as Destination from "./Destination.ts"
import * as Dispatcher from "./Dispatcher.ts"
import * as HttpSender from "./HttpSender.ts"
import * as Loop from "./Loop.ts"
import { SubscriptionDisabled, TooManySubscriptions } from "./WebhookRefused.ts"
import type { Hook, Settings, Subscribed, Webhooks } from "./Webhooks.ts"
import * as WebhookSecret from "./WebhookSecret.ts"
import { WebhookStore } from "./WebhookStore.ts"

/** How many standing subscriptions an owner may have. */
const mostStanding = 100

const retention = { delivered: Duration.toMillis("7 days"), dead: Duration.toMillis("30 days") }
const untracked = Duration.toMillis("1 hour")

export const make = Effect.fnUntraced(function* (settings: Settings) {
  const store = yield* Store
  const webhooks = yield* WebhookStore
  const send = yield* HttpSender.make(settings)
  const courier = yield* Courier.make({ webhooks, send, userAgent: `opwatch/${settings.version}` })
  const dispatch = Dispatcher.make({
    store,
    webhooks,
    onMade: (urls) => {
      for (const url of urls) courier.expect({ url, at: -Infinity })
    }
  })
  yield* Effect.forkScoped(Loop.forever("the following of changes for webhooks", dispatch))
  yield* Effect.forkScoped(Loop.forever("the pruning of webhooks", prune(webhooks, settings.retention ?? retention)))

  const checked = (hook: Hook) =>
    Result.gen(function* () {
      const url = yield* Destination.parse(hook.url, settings.allowPrivate)
      const given = hook.secret === undefined ? undefined : yield* WebhookSecret.parse(hook.secret)
      return { url, given, secret: given ?? WebhookSecret.generate() }
    })
  const now = Effect.map(Clock.currentTimeMillis, Timestamp.fromMillis)

  const forTrackings: Webhooks["Service"]["forTrackings"] = Effect.fn("Webhooks.forTrackings")(
    function* (owner, hooks) {
      const createdAt = yield* now
      const asked = hooks.map(({ reference, webhook }) =>
        Result.map(webhook === undefined ? Result.succeed(undefined) : checked(webhook), (hook) => ({
          ref: format(reference),
          given: hook?.given,
          secret: hook?.secret,
          hook: hook && {
            id: newId(),
            url: hook.url,
            secret: hook.secret,
            createdAt,
            keepSecret: hook.given === undefined
          }
        }))
      )
      const accepted = asked.filter(Result.isSuccess).map(({ success }) => success)
      const stored = accepted.length === 0 ? [] : yield* webhooks.setForTrackings(owner, accepted)
      if (stored.some((one) => one !== undefined)) yield* courier.look
      let index = 0
      return asked.map(
        Result.map(({ given, secret }): Subscribed | undefined => {
          const one = stored[index++]
          if (one === undefined) return undefined
          const { secretKept, subscription } = one
          return { subscription, secret: secretKept || given !== undefined ? undefined : secret }
        })
      )
    }
  )

  return {
    subscribe: Effect.fn("Webhooks.subscribe")(function* (owner, request) {
      const { given, secret, url } = yield* Effect.fromResult(checked(request))
      const filter = request.filter ?? {}
      const made = yield* webhooks.subscribe(
        { id: newId(), owner, url, secret, filter, createdAt: yield* now },
        mostStanding
      )
      if (Option.isSome(made)) return { subscription: made.value, secret: given === undefined ? secret : undefined }
      return yield* new TooManySubscriptions({
        message: `there are ${mostStanding} subscriptions already, the most that one may have`
      })
    }),
    list: webhooks.list,
    get: webhooks.get,
    remove: webhooks.remove,
    forTrackings,
    forTracking: Effect.fnUntraced(function* (owner, reference, webhook) {
      const [result] = yield* forTrackings(owner, [{ reference, webhook }])
      return result === undefined ? undefined : yield* Effect.fromResult(result)
    }),
    deliveries: webhooks.deliveries,
    resend: Effect.fn("Webhooks.resend")(function* (owner, id) {
      const delivery = yield* webhooks.delivery(owner, id)
      if (Option.isNone(delivery)) return delivery
      const subscription = yield* webhooks.get(owner, delivery.value.subscription)
      if (Option.isSome(subscription) && subscription.value.disabledAt !== undefined) {
        return yield* new SubscriptionDisabled({
          message: "its receiver answered 410 and its subscription is disabled: make a new one"
        })
      }
      const pending = yield* webhooks.resend(owner, id, yield* now)
      if (Option.isSome(pending)) courier.expect({ url: pending.value.url, at: -Infinity })
      return pending
    })
  } satisfies Webhooks["Service"]
})

const newId = () => `sub_${randomBytes(12).toString("hex")}`

const prune = Effect.fnUntraced(function* (
  webhooks: WebhookStore["Service"],
  { dead, delivered }: NonNullable<Settings["retention"]>
) {
  const at = yield* Clock.currentTimeMillis
  const gone = yield* webhooks.prune({ delivered: at - delivered, dead: at - dead, untracked: at - untracked })
  const rest = Math.max(1_000, Math.min(dead, delivered, untracked) / 10)
  yield* Effect.sleep(gone === 0 ? rest : 100)
})

/**
 * Webhooks as their owners deal with them; while the service lives, changes are followed and sent. Every change that a
 * subscription wants is delivered at least once, in no particular order, or is dead after a day and kept to be sent again.
 */
import type { Reference } from "@opwatch/core/Reference"
import type { Page, Store } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type { Owner } from "@opwatch/core/Tracking"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Result from "effect/Result"
import type { Delivery } from "@opwatch/core/Delivery"
import type { Resolve } from "./HttpSender.ts"
import type { Subscription, SubscriptionFilter } from "@opwatch/core/Subscription"
import * as NoWebhooks from "./NoWebhooks.ts"
import type { SubscriptionDisabled, TooManySubscriptions, WebhookRefused } from "./WebhookRefused.ts"
import type { WebhookSecret } from "./WebhookSecret.ts"
import * as WebhooksService from "./WebhooksService.ts"
import type { DeliveryQuery, WebhookStore } from "./WebhookStore.ts"

export interface Settings {
  /** Goes into the `user-agent` header. */
  readonly version: string
  /** Lets webhooks go to addresses that are not public. */
  readonly allowPrivate: boolean
  /** How many milliseconds deliveries are kept after they arrived or died; 7 and 30 days without it. */
  readonly retention?: { readonly delivered: number; readonly dead: number } | undefined
  /** The system's own resolver, unless a test has another. */
  readonly resolve?: Resolve | undefined
}

export interface Hook {
  readonly url: string
  /** `whsec_` and 24 to 64 bytes in base64; without it one is made. */
  readonly secret?: Redacted.Redacted | undefined
}

/** What one who subscribes gets. */
export interface Subscribed {
  readonly subscription: Subscription
  /** If it was made here: it is shown this once. */
  readonly secret: WebhookSecret | undefined
}

export class Webhooks extends Context.Service<
  Webhooks,
  {
    readonly subscribe: (
      owner: Owner,
      request: Hook & { readonly filter?: SubscriptionFilter | undefined }
    ) => Effect.Effect<Subscribed, WebhookRefused | TooManySubscriptions | StoreError>
    /** Standing ones, the latest first; never their secrets. */
    readonly list: (
      owner: Owner,
      page: { readonly limit: number; readonly after?: string | undefined }
    ) => Effect.Effect<Page<Subscription>, StoreError>
    readonly get: (owner: Owner, id: string) => Effect.Effect<Option.Option<Subscription>, StoreError>
    /** Whether it was there. Its deliveries go with it, those to come too. */
    readonly remove: (owner: Owner, id: string) => Effect.Effect<boolean, StoreError>
    /**
     * What stands for each of these trackings from now on; without `webhook`, nothing. Call it before `Tracker.track`, so
     * that no change comes in between, and after `Tracker.untrack`. Without a secret, one that was there for the same URL
     * stays. Each result in its place; what is refused leaves what was there.
     */
    readonly forTrackings: (
      owner: Owner,
      hooks: ReadonlyArray<{ readonly reference: Reference; readonly webhook?: Hook | undefined }>
    ) => Effect.Effect<ReadonlyArray<Result.Result<Subscribed | undefined, WebhookRefused>>, StoreError>
    readonly forTracking: (
      owner: Owner,
      reference: Reference,
      webhook: Hook | undefined
    ) => Effect.Effect<Subscribed | undefined, WebhookRefused | StoreError>

    /** The latest made first. */
    readonly deliveries: (owner: Owner, query: DeliveryQuery) => Effect.Effect<Page<Delivery>, StoreError>
    /** Sends one that is delivered or dead again, for another day, under the same id; one that is pending stays as it is. */
    readonly resend: (
      owner: Owner,
      id: string
    ) => Effect.Effect<Option.Option<Delivery>, SubscriptionDisabled | StoreError>
  }
>()("@opwatch/webhooks/Webhooks") {
  static readonly layer = (settings: Settings): Layer.Layer<Webhooks, never, Store | WebhookStore> =>
    Layer.effect(Webhooks, WebhooksService.make(settings))

  /** Sends nothing, and says so to whoever asks: for a tracker that forgets with the process. */
  static readonly none: Layer.Layer<Webhooks> = Layer.sync(Webhooks, () => NoWebhooks.service)
}

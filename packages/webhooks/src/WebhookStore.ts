/**
 * The port to subscriptions and deliveries, in the same database as the changes that they tell of. Deliveries are the queue
 * too: one that is due is claimed until a moment, and due again then unless the claim was settled.
 */
import type { Timestamp } from "@opwatch/core/Timestamp"
import type { ChangeType } from "@opwatch/core/Change"
import type { Page } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type { Labels, Owner } from "@opwatch/core/Tracking"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { Delivery, DeliveryStatus } from "@opwatch/core/Delivery"
import type { Subscription, SubscriptionFilter } from "@opwatch/core/Subscription"
import type { WebhookSecret } from "./WebhookSecret.ts"

export interface NewSubscription {
  readonly id: string
  readonly owner: Owner
  readonly url: string
  readonly secret: WebhookSecret
  readonly filter: SubscriptionFilter
  readonly createdAt: Timestamp
}

/** What is to stand for one tracking from now on; without `hook`, nothing. */
export interface TrackingHook {
  readonly ref: string
  readonly hook: (Omit<NewSubscription, "owner" | "filter"> & { readonly keepSecret: boolean }) | undefined
}

/** A subscription that may want to be told of an operation, and the labels under which its owner tracks that. */
export interface Listener {
  readonly subscription: Pick<Subscription, "id" | "url" | "filter"> & { readonly owner: Owner }
  /** The latest change when it was made: it is told of later ones. */
  readonly since: number
  readonly ref: string
  readonly labels: Labels
}

export interface NewDelivery {
  readonly id: string
  readonly subscription: string
  readonly owner: Owner
  readonly eventId: string
  readonly type: ChangeType
  readonly ref: string
  readonly url: string
  readonly body: string
}

/** A delivery to be tried now by whoever claimed it. */
export interface Claimed {
  readonly id: string
  readonly url: string
  readonly secret: WebhookSecret
  readonly body: string
  /** Failed ones of this series, and when that began, in milliseconds since 1970. */
  readonly attempts: number
  readonly since: number
  /** Until when it is claimed: a settlement that comes after another claim counts for nothing. */
  readonly until: number
}

/** The earliest that something is due for a URL, in milliseconds since 1970. */
export interface Due {
  readonly url: string
  readonly at: number
}

export interface Claims {
  readonly claimed: ReadonlyArray<Claimed>
  /** Of the URLs asked for, those that have more to come. */
  readonly due: ReadonlyArray<Due>
}

export type Outcome =
  | { readonly _tag: "Delivered"; readonly status: number }
  | { readonly _tag: "Failed"; readonly status?: number; readonly error: string; readonly nextAt: number }
  | { readonly _tag: "Dead"; readonly status?: number; readonly error: string }
  /** The receiver wants no more: the subscription is disabled and all that is pending for it dead. */
  | { readonly _tag: "Gone"; readonly status: number; readonly error: string }
  /** It was not tried after all. */
  | { readonly _tag: "Released" }

export interface Settlement {
  readonly claim: Pick<Claimed, "id" | "until">
  readonly outcome: Outcome
  readonly at: number
}

export interface DeliveryQuery {
  readonly status?: DeliveryStatus | undefined
  readonly subscription?: string | undefined
  readonly limit: number
  /** `Page.next` of the page before. */
  readonly after?: string | undefined
}

export class WebhookStore extends Context.Service<
  WebhookStore,
  {
    /** None if the owner has this many standing ones already. */
    readonly subscribe: (
      subscription: NewSubscription,
      most: number
    ) => Effect.Effect<Option.Option<Subscription>, StoreError>
    /**
     * All as one, each result in its place. What was there for the same operation keeps its id and, if `keepSecret` and the
     * URL is the same, its secret: `secretKept` says so. What is pending goes to the new URL.
     */
    readonly setForTrackings: (
      owner: Owner,
      hooks: ReadonlyArray<TrackingHook>
    ) => Effect.Effect<
      ReadonlyArray<{ readonly subscription: Subscription; readonly secretKept: boolean } | undefined>,
      StoreError
    >
    /** Whether it was there. Its deliveries go with it. */
    readonly remove: (owner: Owner, id: string) => Effect.Effect<boolean, StoreError>
    readonly get: (owner: Owner, id: string) => Effect.Effect<Option.Option<Subscription>, StoreError>
    /** The standing ones, the latest first. */
    readonly list: (
      owner: Owner,
      page: { readonly limit: number; readonly after?: string | undefined }
    ) => Effect.Effect<Page<Subscription>, StoreError>

    /** The change up to which deliveries have been made. */
    readonly cursor: Effect.Effect<number, StoreError>
    readonly listeners: (refs: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Listener>, StoreError>
    /**
     * Makes deliveries, due at once, and moves the cursor, as one: a delivery that is there or whose subscription is not is
     * passed over. False, and nothing is done, if the cursor is elsewhere.
     */
    readonly dispatch: (dispatch: {
      readonly from: number
      readonly through: number
      readonly deliveries: ReadonlyArray<NewDelivery>
      readonly at: Timestamp
    }) => Effect.Effect<boolean, StoreError>

    /** Of every URL that something is pending for. */
    readonly due: Effect.Effect<ReadonlyArray<Due>, StoreError>
    /** Some that are due now for each URL, for no other to claim until then. */
    readonly claim: (request: {
      readonly wanted: ReadonlyArray<{ readonly url: string; readonly limit: number }>
      readonly now: number
      readonly until: number
    }) => Effect.Effect<Claims, StoreError>
    readonly settle: (settlements: ReadonlyArray<Settlement>) => Effect.Effect<void, StoreError>
    readonly countPending: Effect.Effect<number, StoreError>

    /** The latest made first. */
    readonly deliveries: (owner: Owner, query: DeliveryQuery) => Effect.Effect<Page<Delivery>, StoreError>
    readonly delivery: (owner: Owner, id: string) => Effect.Effect<Option.Option<Delivery>, StoreError>
    /** Due now, to where the subscription says now, as if never tried; one that is pending already stays as it is. */
    readonly resend: (owner: Owner, id: string, at: Timestamp) => Effect.Effect<Option.Option<Delivery>, StoreError>
    /**
     * Lets go a bounded part of the deliveries that ended by then, and of subscriptions older than that whose one operation
     * the owner no longer tracks; says how many, 0 at the end.
     */
    readonly prune: (horizon: {
      readonly delivered: number
      readonly dead: number
      readonly untracked: number
    }) => Effect.Effect<number, StoreError>
  }
>()("@opwatch/webhooks/WebhookStore") {}

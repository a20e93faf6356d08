/**
 * Keeps watch over operations for many at once: one poll an operation however many track it, watch it or ask for it. What is
 * tracked outlives the process, and is told of once it is stored; what is only watched or asked for leaves no trace.
 */
import type { Cluster } from "@opwatch/core/Cluster"
import type { Durations } from "@opwatch/core/Durations"
import type { Operation } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { Reference, SourceName, UnknownSource } from "@opwatch/core/Reference"
import type { Sources } from "@opwatch/core/Sources"
import type { Timestamp } from "@opwatch/core/Timestamp"
import type { WatchEvent } from "@opwatch/core/Watch"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Result from "effect/Result"
import type * as Stream from "effect/Stream"
import type { Change, Reset, TrackedEvent } from "@opwatch/core/Change"
import type { ChangesOptions } from "./ChangeFeed.ts"
import type { Health } from "./Health.ts"
import * as MemoryStore from "./MemoryStore.ts"
import { Ownership } from "./Ownership.ts"
import type { Page, Store, Summary, TrackedQuery, TrackResult } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import type { Labels, Owner, TrackedOperation } from "@opwatch/core/Tracking"
import * as TrackerService from "./TrackerService.ts"

export interface GetOptions {
  /** No older than this, by `observedAt`; zero asks the provider now. Without it anything known will do. */
  readonly maxAge?: Duration.Duration | undefined
}

export interface TrackRequest {
  readonly owner: Owner
  readonly reference: Reference
  readonly labels?: Labels | undefined
  readonly deadline?: Timestamp | undefined
  /** How many unfinished operations the owner may track. */
  readonly limit?: number | undefined
}

export interface HistoryOptions {
  /** `Page.next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export class Tracker extends Context.Service<
  Tracker,
  {
    /**
     * A finished, tracked or watched operation as known; any other by one request that those who ask meanwhile share. One
     * that is tracked and was never seen is in state `unknown` while the provider does not answer.
     */
    readonly get: (
      reference: Reference,
      options?: GetOptions
    ) => Effect.Effect<Operation, ProviderError | UnknownSource>
    /** What `get` without options would give, where that is at hand without asking anybody, the store included. */
    readonly peek: (ref: string) => Operation | undefined
    /** The present state, then what follows, ending after the final observation, or when the tracker stops. */
    readonly watch: (reference: Reference) => Stream.Stream<WatchEvent, ProviderError | UnknownSource>
    /** Answers when the operation is done, or with what is known of it when time is up; fails if that is nothing. */
    readonly wait: (
      reference: Reference,
      timeout: Duration.Duration
    ) => Effect.Effect<Operation, ProviderError | UnknownSource>
    /** Asks the provider once to cancel; those who watch see the answer too, and history tells of the owner who asked. */
    readonly cancel: (reference: Reference, owner?: Owner) => Effect.Effect<Operation, ProviderError | UnknownSource>

    /**
     * Whatever is done to provider or process, each is polled from now on until it has ended or nobody tracks it. What is
     * tracked already gets these labels and this deadline. Each result in its place; all or, after a `StoreError`, none.
     */
    readonly track: (
      requests: ReadonlyArray<TrackRequest>
    ) => Effect.Effect<ReadonlyArray<Result.Result<TrackResult, UnknownSource>>, StoreError>
    /** Whether the owner tracked it. */
    readonly untrack: (owner: Owner, reference: Reference) => Effect.Effect<boolean, StoreError>
    /** Done soon after the owner stopped to track it, from now on. */
    readonly untracked: (owner: Owner, reference: Reference) => Effect.Effect<void>
    readonly tracked: (owner: Owner, reference: Reference) => Effect.Effect<Option.Option<TrackedOperation>, StoreError>
    /** The latest tracked first. */
    readonly list: (query: TrackedQuery) => Effect.Effect<Page<TrackedOperation>, StoreError>
    /** Of what the owner tracks under all these labels, as soon as all is done or when time is up. */
    readonly summary: (
      owner: Owner,
      labels: Labels,
      options?: { readonly wait?: Duration.Duration | undefined }
    ) => Effect.Effect<Summary, StoreError>
    /** The changes of one operation in order, without those that concern other owners alone. */
    readonly history: (
      owner: Owner,
      reference: Reference,
      options: HistoryOptions
    ) => Effect.Effect<Page<Change>, StoreError>
    /**
     * Every change of what the owner tracks, each once and in order, whoever resumes by the id of the last one. Whoever
     * resumes from before what is kept gets a `Reset`. Ends when the tracker stops.
     */
    readonly changes: (owner: Owner, options?: ChangesOptions) => Stream.Stream<TrackedEvent | Reset>
    /** What is known of how long operations take. */
    readonly durations: Durations
    /** The price of a poll on a source now, in milliseconds: higher while its plans want more than its budget. */
    readonly price: (source: SourceName) => number
    /** The part of all partitions that is polled here, more than 0 and at most 1: so much of what sources allow may be used. */
    readonly share: () => number
    /** Who polls what, of all that share the store. */
    readonly cluster: Effect.Effect<Cluster, StoreError>
    /** Tells the others that this process was told to stop; it goes on as before. */
    readonly leave: Effect.Effect<void>
    readonly health: Effect.Effect<Health>
  }
>()("@opwatch/tracker/Tracker") {
  static readonly layer: Layer.Layer<Tracker, never, Sources | Store | Ownership> = Layer.effect(
    Tracker,
    TrackerService.make
  )

  /** Forgets with the process. */
  static readonly layerMemory: Layer.Layer<Tracker, never, Sources> = Layer.provide(Tracker.layer, [
    MemoryStore.layer,
    Ownership.all
  ])
}

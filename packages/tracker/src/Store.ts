/**
 * The port to what outlives the process: tracked operations, who tracks them, every change in order, and how long operations
 * take. Whatever a method confirms is on disk. It keeps no `raw` and is told no secret.
 */
import type { RunnerReport } from "@opwatch/core/Cluster"
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import type { Lifetime } from "@opwatch/core/Lifetime"
import type { OperationState } from "@opwatch/core/OperationState"
import type { Reference, SourceName } from "@opwatch/core/Reference"
import type { Timestamp } from "@opwatch/core/Timestamp"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { Change, ChangeType } from "@opwatch/core/Change"
import type { KeptDurations } from "./KeptDurations.ts"
import type { Retention } from "./Retention.ts"
import type { StoreError } from "./StoreError.ts"
import type { Labels, Owner, TrackedOperation } from "@opwatch/core/Tracking"

export type { KeptDurations }

export interface Track {
  readonly owner: Owner
  readonly reference: Reference
  /** Stands for the operation until it is first observed: state `unknown`. */
  readonly unseen: CompactOperation
  readonly labels: Labels
  readonly deadline: Timestamp | undefined
  readonly at: Timestamp
  /** How many unfinished operations the owner may track; absent for any number. */
  readonly limit: number | undefined
}

/**
 * `overLimit` says that nothing was stored. A replaced tracking keeps its place and `trackedAt`, and under the same deadline
 * it stays overdue.
 */
export interface TrackResult {
  readonly status: "created" | "replaced" | "overLimit"
  /** Absent if over the limit. */
  readonly tracked?: TrackedOperation
}

/** What is known of an operation, whoever tracks it. */
export interface Known {
  readonly operation: CompactOperation
  /** Whether the provider ever gave it; else `operation` stands for it only. */
  readonly seen: boolean
  /** Of its latest change; 0 before the first. */
  readonly sequence: number
}

/** What polling an operation needs, of one that is not done and that somebody tracks. */
export interface Unfinished {
  readonly reference: Reference
  readonly seen: boolean
  /** As known; `unknown` if it was never seen. */
  readonly state: OperationState
  readonly kind: string | undefined
  /** Of the operation as known, by `Digest.of`. */
  readonly digest: number
  /** When it was submitted, or else first tracked, in milliseconds since 1970: its age counts from then. */
  readonly since: number
  /** The earliest deadline that has not been told of, in milliseconds since 1970. */
  readonly deadline: number | undefined
}

/** An operation that was tracked or untracked, with the number of the latest time: they count on over all operations. */
export interface Touched {
  readonly touch: number
  readonly reference: Reference
  /** As it is now; undefined if it is done or nobody tracks it. */
  readonly unfinished: Unfinished | undefined
}

/** An operation as it is known from now on, and the kind of change that made it so. */
export interface Observation {
  readonly type: Extract<ChangeType, "operation.changed" | "operation.finished" | "operation.lost">
  readonly operation: CompactOperation
  /** Of its partition, as claimed by whoever observed it; absent where partitions have no other owners. */
  readonly tenure?: number | undefined
}

/** What came of observations; one that is in neither has ended before, or is not stored. */
export interface Observed {
  /** In the order of the observations. */
  readonly changes: ReadonlyArray<Change>
  /** The short forms of those whose partition is claimed by another now: nothing of them was stored. */
  readonly fenced: ReadonlySet<string>
}

/** A partition that is let go, as claimed last by whoever does so. */
export interface Handover {
  readonly partition: number
  readonly tenure: number
  /** When to poll each operation next, by its short form, in milliseconds since 1970. */
  readonly due: ReadonlyMap<string, number>
}

export interface ReportedRunner {
  readonly address: string
  readonly report: RunnerReport
  /** How long ago it told, by the store's own clock. */
  readonly silentMillis: number
}

export interface TrackedQuery {
  readonly owner: Owner
  readonly source?: SourceName | undefined
  readonly state?: OperationState | undefined
  readonly kind?: string | undefined
  /** All of them must match. */
  readonly labels?: Labels | undefined
  readonly limit: number
  /** Of the page before; `Page.next`. After what no page gave there is nothing. */
  readonly after?: string | undefined
}

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** Absent on the last page. */
  readonly next?: string
}

/** Of an owner's tracked operations: `succeeded` includes those that did so in part. */
export interface Summary {
  readonly total: number
  readonly done: number
  readonly succeeded: number
  readonly failed: number
  readonly partial: number
  readonly cancelled: number
  readonly lost: number
}

/**
 * Changes in order. Some that were asked for may have been pruned: those up to `prunedThrough`, the highest that ever was;
 * whoever read up to there has missed none.
 */
export interface Changes {
  readonly changes: ReadonlyArray<Change>
  readonly prunedThrough: number
}

export class Store extends Context.Service<
  Store,
  {
    /** All or, after an error, none; each result in its place. */
    readonly track: (requests: ReadonlyArray<Track>) => Effect.Effect<ReadonlyArray<TrackResult>, StoreError>
    /** `removed` says whether the owner tracked it, `orphaned` whether nobody does now. */
    readonly untrack: (
      owner: Owner,
      reference: Reference
    ) => Effect.Effect<{ readonly removed: boolean; readonly orphaned: boolean }, StoreError>
    /**
     * Gives each of these partitions the number after its last one: a tenure, which ends when somebody claims it again. All
     * or, after an error, none.
     */
    readonly claim: (partitions: ReadonlySet<number>) => Effect.Effect<ReadonlyMap<number, number>, StoreError>
    /** The latest tenure of each partition that was ever claimed. */
    readonly tenures: Effect.Effect<ReadonlyMap<number, number>, StoreError>
    /** Leaves word for whoever claims these partitions next; nothing for one whose tenure is over. */
    readonly handOver: (handovers: ReadonlyArray<Handover>) => Effect.Effect<void, StoreError>
    /** As `Handover.due`: what the owner before this tenure left; empty if it left nothing. */
    readonly handedOver: (partition: number, tenure: number) => Effect.Effect<ReadonlyMap<string, number>, StoreError>
    /**
     * Stores all as one. What is not stored already, would reopen what has ended, or is of a tenure that is not the latest of
     * its partition, is passed over: there is no change of it.
     */
    readonly observe: (observations: ReadonlyArray<Observation>) => Effect.Effect<Observed, StoreError>
    /** Notes the deadlines that have passed at this time and have not been told of, a change for each owner. */
    readonly passDeadlines: (
      references: ReadonlyArray<Reference>,
      at: Timestamp
    ) => Effect.Effect<ReadonlyArray<Change>, StoreError>
    /** Notes who asked to cancel; nothing if the operation is not stored. */
    readonly noteCancel: (
      owner: Owner,
      reference: Reference,
      at: Timestamp
    ) => Effect.Effect<ReadonlyArray<Change>, StoreError>

    readonly get: (reference: Reference) => Effect.Effect<Option.Option<Known>, StoreError>
    readonly tracked: (owner: Owner, reference: Reference) => Effect.Effect<Option.Option<TrackedOperation>, StoreError>
    /** The latest tracked first. */
    readonly list: (query: TrackedQuery) => Effect.Effect<Page<TrackedOperation>, StoreError>
    readonly summary: (owner: Owner, labels: Labels) => Effect.Effect<Summary, StoreError>
    /** Of one partition; the same reference once. */
    readonly unfinished: (partition: number) => Stream.Stream<Unfinished, StoreError>

    /** What was tracked or untracked after this touch, each operation once, in the order of its latest; the first ones. */
    readonly touched: (options: {
      readonly after: number
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Touched>, StoreError>
    /** The number of the latest touch there ever was; 0 if there was none. */
    readonly lastTouch: Effect.Effect<number, StoreError>
    /**
     * Rings soon after somebody changed, tracked or untracked something, and now and then for nothing. It may be silent, for a
     * while or always: who must not miss anything looks without it too. It does not end.
     */
    readonly bell: Stream.Stream<void>

    /** Those after this sequence number, in order. */
    readonly changes: (options: {
      readonly after: number
      readonly limit: number
    }) => Effect.Effect<Changes, StoreError>
    /** The number of the latest change there ever was; 0 if there was none. */
    readonly lastSequence: Effect.Effect<number, StoreError>
    /** The labels of these operations by each owner who tracks them: `[owner, ref, labels]`. */
    readonly trackings: (
      refs: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyArray<readonly [Owner, string, Labels]>, StoreError>
    /** The changes of one operation, in order, after this sequence number. */
    readonly history: (
      reference: Reference,
      options: { readonly after: number; readonly limit: number }
    ) => Effect.Effect<Changes, StoreError>
    /** Of every kind of which something was learned. */
    readonly durations: Effect.Effect<ReadonlyArray<KeptDurations>, StoreError>
    /**
     * Adds these in this order to what is kept of their kinds, all or, after an error, none. Gives what is kept of those
     * then, each kind once, in the order in which they first come.
     */
    readonly learn: (lifetimes: ReadonlyArray<Lifetime>) => Effect.Effect<ReadonlyArray<KeptDurations>, StoreError>

    /**
     * Keeps what a runner tells of itself, in the place of what it told before; what any told over an hour ago goes. It waits
     * for no other write, and none for it.
     */
    readonly report: (address: string, report: RunnerReport) => Effect.Effect<void, StoreError>
    /** Keeps nothing any more of what this runner told. */
    readonly withdraw: (address: string) => Effect.Effect<void, StoreError>
    /** What runners told, by address, without what this version cannot read. */
    readonly runners: Effect.Effect<ReadonlyArray<ReportedRunner>, StoreError>

    /** Lets go what is past retention, a bounded part a call; says how many changes and operations went, 0 at the end. */
    readonly prune: (retention: Retention, at: Timestamp) => Effect.Effect<number, StoreError>
  }
>()("@opwatch/tracker/Store") {}

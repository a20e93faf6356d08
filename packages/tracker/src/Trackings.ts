/** What owners track: begun, ended, and told of as it is stored, with the time of the latest poll. */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import { fromOperation } from "@opwatch/core/CompactOperation"
import type { Reference, UnknownSource } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import { providerOf } from "@opwatch/core/Sources"
import type { Sources } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import type { Adoption } from "./Adoption.ts"
import { isReset } from "@opwatch/core/Change"
import type { ChangeFeed } from "./ChangeFeed.ts"
import * as Digest from "./Digest.ts"
import * as EventId from "./EventId.ts"
import type { Monitor } from "./Health.ts"
import * as Knowledge from "./Knowledge.ts"
import type { LastPoll } from "./LastPoll.ts"
import * as Monotonic from "./Monotonic.ts"
import type { Store, Track, TrackResult } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import type { Tracker } from "./Tracker.ts"
import type { Untrackings } from "./Untrackings.ts"
import type { TrackedOperation } from "@opwatch/core/Tracking"

export type Trackings = Pick<
  Tracker["Service"],
  "track" | "untrack" | "untracked" | "tracked" | "list" | "summary" | "history"
> & {
  /** Not while a tracking is begun or ended here, so that what the store says of trackings holds until it is acted upon. */
  readonly inOrder: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** How long those who track wait for what is known here already to be stored. */
const adoptedWithin = Duration.seconds(1)

/** Between one look at the store and the next while a summary waits: trackings may end meanwhile. */
const summaryPause = Duration.seconds(5)

export const make = Effect.fnUntraced(function* (options: {
  readonly sources: Sources["Service"]
  readonly store: Store["Service"]
  readonly lastPoll: LastPoll
  readonly adoption: Adoption
  readonly feed: ChangeFeed
  readonly untrackings: Untrackings
  readonly monitor: Monitor
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
}) {
  const { adoption, feed, lastPoll, monitor, run, sources, store, untrackings } = options
  const clock = yield* Clock.Clock
  const inOrder = (yield* Semaphore.make(1)).withPermit

  /** What owners do is done in the order in which the store confirmed it, and wholly, whoever asked for it and left. */
  const confirmed = <A, B>(
    references: ReadonlyArray<Reference>,
    answer: Effect.Effect<A, StoreError>,
    then: (answer: A) => B
  ) => {
    const reconcile = monitor.persist(inOrder(adoption.reconcile(references)))
    const whole = Effect.map(answer, then).pipe(
      Effect.tapError(() => Effect.sync(() => run(reconcile))),
      inOrder
    )
    return Effect.suspend(() => Fiber.join(run(whole)))
  }

  /** Notes what was stored just now, and has it polled. */
  const begin = ({ owner, unseen }: Track, { tracked }: TrackResult) => {
    if (tracked === undefined) return undefined
    feed.setLabels(owner, tracked.ref, tracked.labels)
    const operation: CompactOperation = Struct.omit(tracked, trackingFields)
    return adoption.begin(operation, Digest.of(operation) !== Digest.of(unseen), tracked.deadline)
  }

  /** With what was known here already, if that is stored soon. */
  const withKnown = Effect.fnUntraced(function* (result: TrackResult, adopting: ReturnType<Adoption["begin"]>) {
    if (adopting === undefined || result.tracked === undefined) return result
    const known = Option.getOrUndefined(yield* Effect.timeoutOption(Fiber.join(adopting), adoptedWithin))
    const tracking = Struct.pick(result.tracked, trackingFields)
    return known === undefined ? result : { ...result, tracked: { ...fromOperation(known), ...tracking } }
  })

  return {
    inOrder,
    track: Effect.fn("Tracker.track")(function* (requests) {
      const at = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
      const tracks = yield* Effect.forEach(requests, ({ deadline, labels = {}, limit, owner, reference }) =>
        Effect.result(
          Effect.map(providerOf(sources, reference), (provider): Track => {
            const unseen = Knowledge.unseen(provider, reference, at)
            return { owner, reference, unseen, labels, deadline, at, limit }
          })
        )
      )
      const good = tracks.filter(Result.isSuccess).map(({ success }) => success)
      const references = good.map(({ reference }) => reference)
      const stored = yield* confirmed(
        references,
        good.length === 0 ? Effect.succeed([]) : store.track(good),
        (answers) => Arr.zip(good, answers).map(([track, result]) => [result, begin(track, result)] as const)
      )
      const known = yield* Effect.forEach(stored, ([result, adopting]) => withKnown(result, adopting), {
        concurrency: "unbounded"
      })
      const results = new Map(Arr.zip(good, known))
      return yield* Effect.forEach(tracks, (track): Effect.Effect<Result.Result<TrackResult, UnknownSource>> =>
        Result.isFailure(track)
          ? Effect.succeed(Result.fail(track.failure))
          : Effect.map(Effect.orDie(Effect.fromNullishOr(results.get(track.success))), Result.succeed)
      )
    }),
    untrack: Effect.fn("Tracker.untrack")(function* (owner, reference) {
      return yield* confirmed([reference], store.untrack(owner, reference), ({ orphaned, removed }) => {
        feed.setLabels(owner, format(reference), undefined)
        if (orphaned) adoption.end(reference)
        untrackings.tellOf(owner, format(reference))
        return removed
      })
    }),
    untracked: (owner, reference) => untrackings.next(owner, format(reference)),
    tracked: (owner, reference) =>
      Effect.map(store.tracked(owner, reference), Option.map(lastPoll.of<TrackedOperation>)),
    list: (query) => Effect.map(store.list(query), (page) => ({ ...page, items: page.items.map(lastPoll.of) })),
    summary: Effect.fn("Tracker.summary")(function* (owner, labels, { wait = Duration.zero } = {}) {
      const end = Monotonic.millis(clock) + Duration.toMillis(wait)
      for (;;) {
        const after = feed.lastId()
        const summary = yield* store.summary(owner, labels)
        const left = end - Monotonic.millis(clock)
        if (summary.done === summary.total || left <= 0) return summary
        yield* feed.changes(owner, { after, filter: { labels } }).pipe(
          Stream.filter((told) => isReset(told) || told.operation.done),
          Stream.take(summary.total - summary.done),
          Stream.runDrain,
          Effect.timeoutOption(Duration.min(Duration.millis(left), summaryPause))
        )
      }
    }),
    history: Effect.fn("Tracker.history")(function* (owner, reference, { after, limit }) {
      const position = Option.getOrElse(EventId.parse(after ?? "0"), () => 0)
      const { changes } = yield* store.history(reference, { after: position, limit })
      const items = changes.filter((change) => change.type !== "operation.overdue" || change.owner === owner)
      const last = changes.at(-1)
      return last === undefined || changes.length < limit
        ? { items }
        : { items, next: EventId.fromSequence(last.sequence) }
    })
  } satisfies Trackings
})

const trackingFields = ["labels", "trackedAt", "deadline", "overdue"] as const

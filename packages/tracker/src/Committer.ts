/**
 * Everything that changes goes through here into the store, many changes in one transaction, and is told of only then, in
 * the order of the store. When the store fails it is asked again until it is mended; what it had stored all the same is
 * told of and not stored twice.
 */
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import type { Timestamp } from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Semaphore from "effect/Semaphore"
import type { Change } from "@opwatch/core/Change"
import type { ChangeFeed } from "./ChangeFeed.ts"
import * as Digest from "./Digest.ts"
import type { Monitor } from "./Health.ts"
import * as Monotonic from "./Monotonic.ts"
import type { Observation, Store } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import type { Owner } from "@opwatch/core/Tracking"

/** `fenced`: its partition is another's by now; `refused`: it has ended, or nobody tracks it any more. */
export type Outcome = "stored" | "refused" | "fenced"

export interface Committer {
  /** Answers once it is stored and told of, or will not be. There is never more than one of an operation at a time. */
  readonly observe: (observation: Observation) => Effect.Effect<Outcome>
  readonly passDeadlines: (references: ReadonlyArray<Reference>, at: Timestamp) => Effect.Effect<void>
  readonly noteCancel: (owner: Owner, reference: Reference, at: Timestamp) => Effect.Effect<void>
  /** Tells of what others stored. */
  readonly catchUp: Effect.Effect<void>
  /** So many observations wait that no more polls should begin. */
  readonly isFull: () => boolean
  /** Must be told of every change, whoever made it. */
  readonly onChange: (change: Change) => void
}

interface Waiting {
  readonly observation: Observation
  readonly digest: number
  readonly outcome: Deferred.Deferred<Outcome>
}

const largestBatch = 500
const mostWaiting = 1_000

/** How long observations gather, in milliseconds: as long as the last write took, so that the store rests half of the time. */
const shortestGathering = 5
const longestGathering = 50

export const make = Effect.fnUntraced(function* (options: {
  readonly store: Store["Service"]
  readonly monitor: Monitor
  readonly feed: Pick<ChangeFeed, "catchUp" | "publish">
}) {
  const { feed, monitor, store } = options
  const clock = yield* Clock.Clock
  const writing = yield* Semaphore.make(1)
  const some = yield* Latch.make()
  const many = yield* Latch.make()
  const waiting: Array<Waiting> = []
  let onChange: Committer["onChange"] = () => {}
  let gathering = shortestGathering

  /** Writes what is left, and after a failure, which leaves open what was stored, first learns what is left. */
  const write = (commit: Effect.Effect<ReadonlyArray<Change>, StoreError>, note: (change: Change) => void) =>
    Effect.suspend(() => {
      let learn: Effect.Effect<void, StoreError> = Effect.void
      onChange = note
      return monitor
        .persist(
          Effect.suspend(() => {
            const learned = learn
            learn = feed.catchUp
            return Effect.andThen(learned, commit)
          })
        )
        .pipe(Effect.flatMap((changes) => feed.publish(changes)))
    }).pipe(writing.withPermit)

  const writeBatch = Effect.fnUntraced(function* (batch: ReadonlyArray<Waiting>) {
    const left = new Map(batch.map((item) => [item.observation.operation.ref, item]))
    const end = ({ observation, outcome }: Waiting, as: Outcome) => {
      left.delete(observation.operation.ref)
      Deferred.doneUnsafe(outcome, Effect.succeed(as))
    }
    const start = Monotonic.millis(clock)
    const commit = Effect.suspend(() =>
      store.observe(Array.from(left.values(), ({ observation }) => observation))
    ).pipe(
      Effect.map(({ changes, fenced }) => {
        for (const item of left.values()) if (fenced.has(item.observation.operation.ref)) end(item, "fenced")
        return changes
      })
    )
    yield* write(commit, ({ operation, type }) => {
      const item = left.get(operation.ref)
      if (item?.observation.type === type && item.digest === Digest.of(operation)) end(item, "stored")
    }).pipe(
      Effect.onError((cause) =>
        Effect.sync(() => {
          for (const { outcome } of left.values()) Deferred.doneUnsafe(outcome, Effect.failCause(cause))
        })
      )
    )
    for (const item of left.values()) end(item, "refused")
    gathering = Math.min(longestGathering, Math.max(shortestGathering, Monotonic.millis(clock) - start))
  })

  yield* Effect.gen(function* () {
    yield* some.await
    yield* Effect.timeoutOption(many.await, gathering)
    const batch = waiting.splice(0, largestBatch)
    if (waiting.length === 0) yield* some.close
    if (waiting.length < largestBatch) yield* many.close
    yield* writeBatch(batch)
  }).pipe((step) => monitor.keep("storing", step), Effect.forever, Effect.forkScoped)

  return {
    observe: (observation) =>
      Effect.suspend(() => {
        const outcome = Deferred.makeUnsafe<Outcome>()
        waiting.push({ observation, digest: Digest.of(observation.operation), outcome })
        some.openUnsafe()
        if (waiting.length >= largestBatch) many.openUnsafe()
        return Deferred.await(outcome)
      }),
    passDeadlines: (references, at) => write(store.passDeadlines(references, at), () => {}),
    noteCancel: (owner, reference, at) =>
      Effect.suspend(() => {
        let isNoted = false
        const commit = Effect.suspend(() => (isNoted ? Effect.succeed([]) : store.noteCancel(owner, reference, at)))
        return write(commit, (change) => {
          isNoted ||= change.at === at && change.owner === owner && change.operation.ref === format(reference)
        })
      }),
    catchUp: write(Effect.as(feed.catchUp, []), () => {}),
    isFull: () => waiting.length >= mostWaiting,
    onChange: (change) => onChange(change)
  } satisfies Committer
})

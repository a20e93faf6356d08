/**
 * Loads the partitions that are owned, as they come, and lets go of those that are not any more. Where partitions have other
 * owners too, each is claimed before it is loaded, so that the store takes nothing more from the owner before.
 */
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Monitor } from "./Health.ts"
import type { Ownership } from "./Ownership.ts"
import * as Partition from "./Partition.ts"
import type { Store, Unfinished } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"

/** By partition; undefined where partitions have no other owners. */
export type Tenures = ReadonlyMap<number, number | undefined>

export interface Partitions {
  /** Owned, and claimed if others may own them. */
  readonly held: () => Tenures
  /** Held, and all that is to be polled of it is. */
  readonly isLoaded: (partition: number) => boolean
  /** Nobody tracks it any more, whatever the store says that is being read just now. */
  readonly forget: (reference: Reference) => void
  /**
   * The store refused what was observed in this tenure. The partition is let go; if it is still owned after a while, it was
   * the other who was late, and it is claimed again.
   */
  readonly fenced: (partition: number, tenure: number | undefined) => void
}

const loadsAtOnce = 4

/** Longer than a server that was held up goes on believing that it owns something. */
const secondThoughts = Duration.seconds(5)

export const make = Effect.fnUntraced(function* (options: {
  readonly ownership: Ownership["Service"]
  readonly store: Store["Service"]
  readonly monitor: Monitor
  readonly take: (unfinished: Unfinished, tenure: number | undefined) => void
  /** The partition is another's. */
  readonly drop: (partition: number) => void
}) {
  const { drop, monitor, ownership, store, take } = options
  const loads = yield* FiberMap.make<number>()
  const run = yield* FiberMap.runtime(loads)()
  const inTurn = yield* Semaphore.make(1)
  const room = yield* Semaphore.make(loadsAtOnce)
  const unclaimed = new Set<number>()
  const held = new Map<number, number | undefined>()
  const loaded = new Set<number>()
  /** What is tracked no more, in short form, of each partition that is being read. */
  const forgotten = new Map<number, Set<string>>()
  let owned: ReadonlySet<number> = new Set()
  const isTold = monitor.notReady("it does not know yet what it has to watch")

  const tenuresOf = (partitions: ReadonlySet<number>): Effect.Effect<Tenures, StoreError> =>
    ownership.isShared
      ? store.claim(partitions)
      : Effect.succeed(new Map(Array.from(partitions, (partition) => [partition, undefined])))

  const claimAll = monitor.persist(Effect.suspend(() => tenuresOf(new Set(unclaimed)))).pipe(
    Effect.map((tenures) => {
      for (const [partition, tenure] of tenures) if (unclaimed.delete(partition)) held.set(partition, tenure)
    })
  )

  /** With those that are gained while others are being claimed. */
  const claim = (partition: number) =>
    Effect.suspend(() => {
      unclaimed.add(partition)
      return inTurn.withPermit(Effect.suspend(() => (unclaimed.has(partition) ? claimAll : Effect.void)))
    })

  const load = (partition: number) =>
    Effect.suspend(() => {
      const tenure = held.get(partition)
      const gone = new Set<string>()
      forgotten.set(partition, gone)
      const read = Stream.runForEachArray(store.unfinished(partition), (page) =>
        Effect.sync(() => {
          for (const item of page) if (!gone.has(format(item.reference))) take(item, tenure)
        }).pipe(Effect.andThen(Effect.yieldNow))
      )
      return monitor
        .persist(read)
        .pipe(
          room.withPermit,
          Effect.andThen(Effect.sync(() => loaded.add(partition))),
          Effect.ensuring(Effect.sync(() => forgotten.delete(partition)))
        )
    })

  const gain = (partition: number) =>
    Effect.suspend(() => {
      const ready = monitor.notReady("it is still reading what it has to watch from the store")
      return monitor
        .keep("claiming partitions", claim(partition))
        .pipe(
          Effect.andThen(monitor.keep("reading from the store", load(partition))),
          Effect.ensuring(Effect.sync(ready))
        )
    })

  const letGo = (partition: number) => {
    unclaimed.delete(partition)
    held.delete(partition)
    loaded.delete(partition)
    drop(partition)
  }

  yield* Stream.runForEach(ownership.partitions, (partitions) =>
    Effect.gen(function* () {
      const [before, after] = [owned, partitions]
      owned = partitions
      for (const partition of before.difference(after)) {
        yield* FiberMap.remove(loads, partition)
        letGo(partition)
      }
      for (const partition of after.difference(before)) run(partition, gain(partition))
      isTold()
    })
  ).pipe(Effect.forkScoped({ startImmediately: true }))

  return {
    held: () => held,
    isLoaded: (partition) => loaded.has(partition),
    forget: (reference) => void forgotten.get(Partition.of(reference))?.add(format(reference)),
    fenced: (partition, tenure) => {
      if (held.get(partition) !== tenure) return
      letGo(partition)
      run(
        partition,
        Effect.logWarning(`another server has taken over partition ${partition}`).pipe(
          Effect.andThen(Effect.sleep(secondThoughts)),
          Effect.andThen(gain(partition))
        )
      )
    }
  } satisfies Partitions
})

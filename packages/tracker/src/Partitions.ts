/**
 * Loads the partitions that are owned, as they come, and hands over those that are not any more. Where partitions have other
 * owners too, each is claimed before it is loaded, so that the store takes nothing more from the owner before.
 */
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Entries } from "./Entries.ts"
import * as Handover from "./Handover.ts"
import type { Monitor } from "./Health.ts"
import type { Ownership } from "./Ownership.ts"
import * as Partition from "./Partition.ts"
import type { Store, Unfinished } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"

/** By partition; undefined where partitions have no other owners. */
export type Tenures = ReadonlyMap<number, number | undefined>

export interface Partitions {
  /** Owned, or being handed over, and claimed if others may own them. */
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
  /** Done once nothing is being handed over. */
  readonly handedOver: Effect.Effect<void>
}

const loadsAtOnce = 4

/** Longer than a server that was held up goes on believing that it owns something. */
const secondThoughts = Duration.seconds(5)

export const make = Effect.fnUntraced(function* (options: {
  readonly ownership: Ownership["Service"]
  readonly store: Store["Service"]
  readonly entries: Pick<Entries, "all">
  readonly monitor: Monitor
  /** `due` is for when the owner before planned a poll, in milliseconds since 1970, if it said so. */
  readonly take: (unfinished: Unfinished, tenure: number | undefined, due: number | undefined) => void
  /** The partitions are others'. */
  readonly drop: (partitions: ReadonlySet<number>) => void
}) {
  const { drop, entries, monitor, ownership, store, take } = options
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

  const dueIn = (
    partition: number,
    tenure: number | undefined
  ): Effect.Effect<ReadonlyMap<string, number>, StoreError> =>
    tenure === undefined ? Effect.succeed(new Map()) : store.handedOver(partition, tenure)

  const load = (partition: number) =>
    Effect.suspend(() => {
      const tenure = held.get(partition)
      const gone = new Set<string>()
      forgotten.set(partition, gone)
      const read = Effect.flatMap(dueIn(partition, tenure), (due) =>
        Stream.runForEachArray(store.unfinished(partition), (page) =>
          Effect.sync(() => {
            for (const item of page) {
              const ref = format(item.reference)
              if (!gone.has(ref)) take(item, tenure, due.get(ref))
            }
          }).pipe(Effect.andThen(Effect.yieldNow))
        )
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

  const letGo = (partitions: ReadonlySet<number>) => {
    if (partitions.size === 0) return
    for (const partition of partitions) {
      unclaimed.delete(partition)
      held.delete(partition)
      loaded.delete(partition)
      handover.forget(partition)
    }
    drop(partitions)
  }
  const handover: Handover.Handover = yield* Handover.make({ ownership, store, entries, letGo, monitor })

  const lose = Effect.fnUntraced(function* (partition: number) {
    yield* FiberMap.remove(loads, partition)
    const tenure = loaded.has(partition) ? held.get(partition) : undefined
    if (tenure === undefined) letGo(new Set([partition]))
    else handover.begin(partition, tenure)
  })

  yield* Stream.runForEach(ownership.partitions, (partitions) =>
    Effect.gen(function* () {
      const [before, after] = [owned, partitions]
      owned = partitions
      for (const partition of before.difference(after)) yield* lose(partition)
      const gained = after.difference(before)
      letGo(new Set(gained.values().filter((partition) => held.has(partition))))
      for (const partition of gained) run(partition, gain(partition))
      isTold()
    })
  ).pipe(Effect.forkScoped({ startImmediately: true }))

  return {
    held: () => held,
    isLoaded: (partition) => loaded.has(partition),
    forget: (reference) => void forgotten.get(Partition.of(reference))?.add(format(reference)),
    fenced: (partition, tenure) => {
      if (held.get(partition) !== tenure) return
      letGo(new Set([partition]))
      if (!owned.has(partition)) return
      run(
        partition,
        Effect.logWarning(`another server has taken over partition ${partition}`).pipe(
          Effect.andThen(Effect.sleep(secondThoughts)),
          Effect.andThen(gain(partition))
        )
      )
    },
    handedOver: handover.done
  } satisfies Partitions
})

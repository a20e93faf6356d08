/**
 * Loads the partitions that are owned, as they come, and lets go of those that are not any more. While others have some of
 * them, what they store is looked for.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Latch from "effect/Latch"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { format } from "@opwatch/core/Reference"
import type { Monitor } from "./Health.ts"
import type { Ownership } from "./Ownership.ts"
import * as Partition from "./Partition.ts"
import type { Store, Unfinished } from "./Store.ts"

export interface Partitions {
  readonly owned: () => ReadonlySet<number>
  /** Owned, and all that is to be polled of it is. */
  readonly isLoaded: (partition: number) => boolean
  /** Nobody tracks it any more, whatever the store says that is being read just now. */
  readonly forget: (ref: string) => void
}

const loadsAtOnce = 4
const lookout = Duration.seconds(1)

export const make = Effect.fnUntraced(function* (options: {
  readonly ownership: Ownership["Service"]
  readonly store: Store["Service"]
  readonly monitor: Monitor
  readonly take: (unfinished: Unfinished) => void
  /** The partition is another's. */
  readonly drop: (partition: number) => void
  /** Tells of what others stored. */
  readonly catchUp: Effect.Effect<void>
}) {
  const { catchUp, drop, monitor, ownership, store, take } = options
  const isShared = yield* Latch.make()
  const loads = yield* FiberMap.make<number>()
  const room = yield* Semaphore.make(loadsAtOnce)
  const loaded = new Set<number>()
  const forgotten = new Set<string>()
  let owned: ReadonlySet<number> = new Set()
  let loading = 0
  const isTold = monitor.notReady("it does not know yet what it has to watch")

  const load = (partition: number) =>
    monitor
      .persist(
        Stream.runForEachArray(store.unfinished(partition), (page) =>
          Effect.sync(() => {
            for (const item of page) if (!forgotten.has(format(item.reference))) take(item)
          }).pipe(Effect.andThen(Effect.yieldNow))
        )
      )
      .pipe(room.withPermit, Effect.andThen(Effect.sync(() => loaded.add(partition))))

  const whileLoading = <A>(effect: Effect.Effect<A>) =>
    Effect.suspend(() => {
      loading += 1
      const ready = monitor.notReady("it is still reading what it has to watch from the store")
      return Effect.ensuring(
        effect,
        Effect.sync(() => {
          ready()
          loading -= 1
          if (loading === 0) forgotten.clear()
        })
      )
    })

  yield* Stream.runForEach(ownership.partitions, (partitions) =>
    Effect.gen(function* () {
      const [before, after] = [owned, partitions]
      owned = partitions
      for (const partition of before.difference(after)) {
        yield* FiberMap.remove(loads, partition)
        loaded.delete(partition)
        drop(partition)
      }
      for (const partition of after.difference(before)) {
        yield* FiberMap.run(loads, partition, whileLoading(monitor.keep("reading from the store", load(partition))), {
          startImmediately: true
        })
      }
      yield* partitions.size < Partition.count ? isShared.open : isShared.close
      isTold()
    })
  ).pipe(Effect.forkScoped({ startImmediately: true }))

  yield* isShared.await.pipe(
    Effect.andThen(Effect.sleep(lookout)),
    Effect.andThen(catchUp),
    (step) => monitor.keep("looking for what others stored", step),
    Effect.forever,
    Effect.forkScoped
  )

  return {
    owned: () => owned,
    isLoaded: (partition) => loaded.has(partition),
    forget: (ref) => {
      if (loading > 0) forgotten.add(ref)
    }
  } satisfies Partitions
})

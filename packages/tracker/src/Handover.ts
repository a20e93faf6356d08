/**
 * Gives partitions to their next owners with no poll later for it: leaves word of when each operation is due, lets others own
 * the partition, and has it polled here until one of them has claimed it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Entries } from "./Entries.ts"
import type { Monitor } from "./Health.ts"
import * as Monotonic from "./Monotonic.ts"
import type { Ownership } from "./Ownership.ts"
import * as Partition from "./Partition.ts"
import type * as Store from "./Store.ts"
import * as TimeLimit from "./TimeLimit.ts"

export interface Handover {
  /** It is not owned any more, and was claimed in this tenure: `letGo` is called for it soon. */
  readonly begin: (partition: number, tenure: number) => void
  /** It was let go, or is owned again: others need not wait. */
  readonly forget: (partition: number) => void
  /** Done once nothing is being handed over. */
  readonly done: Effect.Effect<void>
}

/** Nobody may be there to take over. */
const longestMillis = 3_000

/** A store that is away tells no next owner anything. */
const patience = "1 second"

const pause = "100 millis"

interface Leaving {
  readonly tenure: number
  readonly until: number
  isTold: boolean
}

export const make = Effect.fnUntraced(function* (options: {
  readonly ownership: Pick<Ownership["Service"], "release">
  readonly store: Pick<Store.Store["Service"], "handOver" | "tenures">
  readonly entries: Pick<Entries, "all">
  readonly letGo: (partitions: ReadonlySet<number>) => void
  readonly monitor: Pick<Monitor, "keep">
}) {
  const { entries, letGo, monitor, ownership, store } = options
  const clock = yield* Clock.Clock
  const leaving = new Map<number, Leaving>()
  const begun = yield* Latch.make()
  const idle = yield* Latch.make(true)

  const dueOf = (partitions: ReadonlyArray<readonly [number, Leaving]>): ReadonlyArray<Store.Handover> => {
    const ahead = clock.currentTimeMillisUnsafe() - Monotonic.millis(clock)
    const due = new Map(partitions.map(([partition]) => [partition, new Map<string, number>()]))
    for (const entry of entries.all()) {
      if (entry.tracked) due.get(Partition.of(entry.reference))?.set(entry.ref, Math.round(entry.due + ahead))
    }
    return partitions.map(([partition, { tenure }]) => ({ partition, tenure, due: due.get(partition) ?? new Map() }))
  }

  const tell = Effect.gen(function* () {
    const untold = leaving
      .entries()
      .filter(([, { isTold }]) => !isTold)
      .toArray()
    if (untold.length === 0) return
    yield* store.handOver(dueOf(untold))
    for (const [partition, one] of untold) {
      one.isTold = true
      ownership.release(partition)
    }
  })

  const look = Effect.gen(function* () {
    const latest = yield* store.tenures
    const now = Monotonic.millis(clock)
    const gone = leaving.entries().filter(([part, { tenure, until }]) => latest.get(part) !== tenure || now >= until)
    letGo(new Set(gone.map(([partition]) => partition)))
  })

  const step = Effect.gen(function* () {
    if (leaving.size === 0) yield* begun.await
    else yield* Effect.timeoutOption(begun.await, pause)
    yield* begun.close
    const giveUp = Effect.sync(() => letGo(new Set(leaving.keys())))
    yield* Effect.andThen(tell, look).pipe(
      Effect.catch(() => giveUp),
      TimeLimit.within(patience, () => giveUp)
    )
    if (leaving.size === 0) yield* idle.open
  })
  yield* step.pipe((once) => monitor.keep("handing over partitions", once), Effect.forever, Effect.forkScoped)

  return {
    begin: (partition, tenure) => {
      leaving.set(partition, { tenure, until: Monotonic.millis(clock) + longestMillis, isTold: false })
      idle.closeUnsafe()
      begun.openUnsafe()
    },
    forget: (partition) => {
      leaving.delete(partition)
      ownership.release(partition)
    },
    done: idle.await
  } satisfies Handover
})

/**
 * Every change in the order of its number, to any number of readers. A reader is a position and nothing more, so one that is
 * slow costs no memory: it reads from the store what is no longer at hand, and is told when that is gone too.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Audiences from "./Audiences.ts"
import type { Change, Reset, TrackedEvent } from "@opwatch/core/Change"
import * as ChangeRing from "./ChangeRing.ts"
import type { EventFilter } from "./EventFilter.ts"
import { matcher } from "./EventFilter.ts"
import * as EventId from "./EventId.ts"
import type { Monitor } from "./Health.ts"
import * as RecentChange from "./RecentChange.ts"
import type { Store } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import type { Labels, Owner } from "@opwatch/core/Tracking"

export interface ChangesOptions {
  /** The id of the last event that was read; without it, from now on. One that was never given counts as too old. */
  readonly after?: string | undefined
  readonly filter?: EventFilter | undefined
}

export interface ChangeFeed {
  /** Tells of changes that were just stored, and first of those that others stored before them. One call at a time. */
  readonly publish: (changes: ReadonlyArray<Change>) => Effect.Effect<void>
  /** Tells of what was stored and not yet told. Not while another call is under way. */
  readonly catchUp: Effect.Effect<void, StoreError>
  readonly changes: (owner: Owner, options: ChangesOptions) => Stream.Stream<TrackedEvent | Reset>
  /** The id of the latest event. */
  readonly lastId: () => string
  /** The owner's tracking as it is from now on; undefined once it has ended. */
  readonly setLabels: (owner: Owner, ref: string, labels: Labels | undefined) => void
  /** Ends all readers' streams. */
  readonly end: Effect.Effect<void>
}

/** A reader that has read all there is, and is woken by what it is waiting for. */
interface Sleeper {
  position: number
  readonly concerns: (recent: RecentChange.RecentChange) => boolean
  readonly wake: (position: number) => void
}

const pageSize = 500

/** Between one waking of readers and the next, so that many changes close together cost each of them one. */
const pause = 20

/** `onChange` is told of each change first, before any reader. */
export const make = Effect.fnUntraced(function* (options: {
  readonly store: Store["Service"]
  readonly monitor: Monitor
  readonly onChange: (change: Change) => void
}) {
  const { monitor, onChange, store } = options
  const audiences = Audiences.make()
  const ring = ChangeRing.make(yield* monitor.persist(store.lastSequence), audiences.forget)
  const sleepers = new Set<Sleeper>()
  const changed = yield* Latch.make()
  let hasEnded = false

  const admit = Effect.fnUntraced(function* (changes: ReadonlyArray<Change>) {
    const through = changes.at(-1)?.sequence
    if (through === undefined) return
    for (const change of changes) onChange(change)
    const told = changes.filter(({ type }) => type !== "operation.cancelRequested")
    const refs = new Set(told.map(({ operation }) => operation.ref))
    const found = yield* audiences.read(refs, monitor.persist(store.trackings([...refs])))
    const recent = told.flatMap((change) => {
      const audience = found.get(change.operation.ref)
      return audience === undefined ? [] : [RecentChange.make(change, audience)]
    })
    ring.push(recent, through)
    yield* changed.open
  })

  const catchUp: ChangeFeed["catchUp"] = Effect.gen(function* () {
    for (;;) {
      const { changes } = yield* store.changes({ after: ring.last(), limit: pageSize })
      yield* admit(changes)
      if (changes.length < pageSize) return
    }
  })

  const publish: ChangeFeed["publish"] = Effect.fnUntraced(function* (changes) {
    const first = changes[0]
    if (first === undefined) return
    if (first.sequence !== ring.last() + 1) yield* monitor.persist(catchUp)
    yield* admit(changes.filter(({ sequence }) => sequence > ring.last()))
  })

  const wakeAll = Effect.sync(() => {
    for (const sleeper of sleepers) {
      const found = ring.after(sleeper.position, Infinity).find(sleeper.concerns)
      if (found === undefined) sleeper.position = Math.max(sleeper.position, ring.last())
      else {
        sleepers.delete(sleeper)
        sleeper.wake(sleeper.position)
      }
    }
  })
  yield* changed.await.pipe(
    Effect.andThen(changed.close),
    Effect.andThen(wakeAll),
    Effect.andThen(Effect.sleep(pause)),
    (step) => monitor.keep("waking readers", step),
    Effect.forever,
    Effect.forkScoped
  )

  const changes: ChangeFeed["changes"] = (owner, { after, filter = {} }) => {
    const matches = matcher(filter)
    type Page = readonly [ReadonlyArray<TrackedEvent | Reset>, Option.Option<number>]

    const select = (recent: ReadonlyArray<RecentChange.RecentChange>) =>
      recent.flatMap((change) => {
        const event = RecentChange.eventFor(change, owner)
        return event !== undefined && matches(event) ? [event] : []
      })

    const reset = (): Page => [[{ _tag: "Reset", id: EventId.fromSequence(ring.last()) }], Option.some(ring.last())]

    const fromStore = Effect.fnUntraced(function* (position: number): Effect.fn.Return<Page, StoreError> {
      const last = ring.last()
      const page = yield* store.changes({ after: position, limit: pageSize })
      if (page.prunedThrough > position) return reset()
      const told = page.changes.filter(({ sequence, type }) => sequence <= last && type !== "operation.cancelRequested")
      const trackings = yield* store.trackings([...new Set(told.map(({ operation }) => operation.ref))])
      const mine = new Map(trackings.flatMap(([by, ref, labels]) => (by === owner ? [[ref, labels]] : [])))
      const recent = told.map((change) => {
        const labels = mine.get(change.operation.ref)
        return RecentChange.make(change, new Map(labels === undefined ? [] : [[owner, labels]]))
      })
      const read = page.changes.length < pageSize ? last : (page.changes.at(-1)?.sequence ?? last)
      return [select(recent), Option.some(Math.min(read, last))]
    })

    const sleep = (position: number) =>
      Effect.callback<number>((resume) => {
        if (hasEnded || position < ring.last()) return resume(Effect.succeed(position))
        const concerns = (recent: RecentChange.RecentChange) => select([recent]).length > 0
        const sleeper = { position, concerns, wake: (position: number) => resume(Effect.succeed(position)) }
        sleepers.add(sleeper)
        return Effect.sync(() => sleepers.delete(sleeper))
      })

    const next = Effect.fnUntraced(function* (position: number): Effect.fn.Return<Page> {
      if (hasEnded) return [[], Option.none()]
      if (position > ring.last() && position > (yield* monitor.persist(store.lastSequence))) return reset()
      if (position < ring.floor()) return yield* monitor.persist(fromStore(position))
      const from = position >= ring.last() ? yield* sleep(position) : position
      if (hasEnded || from < ring.floor()) return [[], Option.some(from)]
      const recent = ring.after(from, pageSize)
      const read = recent.length < pageSize ? ring.last() : (recent.at(-1)?.change.sequence ?? ring.last())
      return [select(recent), Option.some(read)]
    })

    const start = () => (after === undefined ? ring.last() : Option.getOrElse(EventId.parse(after), () => Infinity))
    return Stream.suspend(() => Stream.paginate(start(), next))
  }

  return {
    publish,
    catchUp,
    changes,
    lastId: () => EventId.fromSequence(ring.last()),
    setLabels: audiences.set,
    end: Effect.sync(() => {
      hasEnded = true
      for (const { position, wake } of sleepers) wake(position)
    })
  } satisfies ChangeFeed
})

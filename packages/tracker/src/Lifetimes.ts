/**
 * Has it kept how long operations took that were polled here, and plans made from it. Lifetimes gather for a few seconds in memory:
 * those that a crash loses are so few that no plan is the worse for it, and so is what a store counts twice that failed to say
 * that it counted it.
 */
import type { Durations, Kind } from "@opwatch/core/Durations"
import type { Lifetime } from "@opwatch/core/Lifetime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Semaphore from "effect/Semaphore"
import type { Entries } from "./Entries.ts"
import type { Entry } from "./Entry.ts"
import type { Monitor } from "./Health.ts"
import type { Kinds } from "./Kinds.ts"
import type { KeptDurations, Store } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"

export interface Lifetimes {
  /** To be kept soon. While the store is away the latest 5,000 wait, and older ones are dropped. */
  readonly add: (lifetime: Lifetime) => void
  /** Keeps what waits now, as far as the store lets it. */
  readonly flush: Effect.Effect<void>
}

const mostWaiting = 5_000
const largestBatch = 500
const gathering = Duration.seconds(5)

export const make = Effect.fnUntraced(function* (options: {
  readonly store: Pick<Store["Service"], "durations" | "learn">
  readonly monitor: Pick<Monitor, "keep" | "persist">
  readonly entries: Pick<Entries, "all">
  readonly kinds: Kinds
  readonly durations: Pick<Durations, "put">
}) {
  const { durations, entries, kinds, monitor, store } = options
  const some = yield* Latch.make()
  const inTurn = yield* Semaphore.make(1)
  const waiting: Array<Lifetime> = []

  const put = (kept: ReadonlyArray<KeptDurations>) => {
    const running = runningIn(entries.all())
    for (const { history, kind, source } of kept) {
      durations.put({ source, kind }, history, running.get(kinds.of(source, kind)))
    }
  }
  const learnSome = () => store.learn(waiting.splice(0, largestBatch))

  yield* monitor
    .persist(store.durations)
    .pipe(
      Effect.map(put),
      inTurn.withPermit,
      (step) => monitor.keep("reading how long operations take", step),
      Effect.forkScoped({ startImmediately: true })
    )
  yield* Effect.gen(function* () {
    yield* some.await
    if (waiting.length < largestBatch) yield* Effect.sleep(gathering)
    yield* inTurn.withPermit(Effect.suspend(() => Effect.map(monitor.persist(learnSome()), put)))
    if (waiting.length === 0) some.closeUnsafe()
  }).pipe((step) => monitor.keep("learning how long operations take", step), Effect.forever, Effect.forkScoped)

  const flush: Effect.Effect<void, StoreError> = Effect.suspend(() =>
    waiting.length === 0 ? Effect.void : Effect.andThen(Effect.suspend(learnSome), flush)
  )
  return {
    add: (lifetime) => {
      waiting.push(lifetime)
      if (waiting.length > mostWaiting) waiting.shift()
      some.openUnsafe()
    },
    flush: Effect.ignore(inTurn.withPermit(flush))
  } satisfies Lifetimes
})

/** The ages at which those that go on were seen last, in milliseconds. */
const runningIn = (entries: Iterable<Entry>): ReadonlyMap<Kind, ReadonlyArray<number>> => {
  const ages = new Map<Kind, Array<number>>()
  for (const { kind, wentOnAt } of entries) {
    if (wentOnAt === 0) continue
    const same = ages.get(kind)
    if (same === undefined) ages.set(kind, [wentOnAt])
    else same.push(wentOnAt)
  }
  return ages
}

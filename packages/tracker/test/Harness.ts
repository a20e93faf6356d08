/** Trackers over a store and a provider that a test controls, in virtual time. */
import type { Reference } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import type { Timestamp } from "@opwatch/core/Timestamp"
import * as Timestamps from "@opwatch/core/Timestamp"
import type { WatchEvent } from "@opwatch/core/Watch"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/testing/TestClock"
import type { Reset, TrackedEvent } from "@opwatch/core/Change"
import type { ChangesOptions } from "../src/ChangeFeed.ts"
import * as MemoryStore from "../src/MemoryStore.ts"
import { Ownership } from "../src/Ownership.ts"
import { Store } from "../src/Store.ts"
import { StoreError } from "../src/StoreError.ts"
import { Tracker } from "../src/Tracker.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

export const owner = "team"

export const at = (millis: number): Timestamp => Timestamps.fromMillis(millis)

export interface Options {
  readonly sources: Sources["Service"]
  readonly store: Store["Service"]
  readonly ownership?: Layer.Layer<Ownership> | undefined
}

/** Lives as long as the scope. Its polls come at the same moments in every run. */
export const start = Effect.fnUntraced(function* ({ ownership = Ownership.all, sources, store }: Options) {
  const random = yield* Random.withSeed(Random.Random, "tracker")
  const layer = Tracker.layer.pipe(
    Layer.provide([
      Layer.succeed(Sources, sources),
      Layer.succeed(Store, store),
      ownership,
      Layer.succeed(Random.Random, random)
    ])
  )
  return Context.get(yield* Layer.build(Layer.fresh(layer)), Tracker)
})

/** Partitions that come and go by hand. */
export const ownership = Effect.fnUntraced(function* (initial: ReadonlyArray<number>) {
  const owned = yield* SubscriptionRef.make<ReadonlySet<number>>(new Set(initial))
  const released: Array<number> = []
  return {
    layer: Layer.succeed(Ownership, {
      isShared: true,
      partitions: SubscriptionRef.changes(owned),
      release: (partition) => void released.push(partition)
    }),
    released,
    set: (partitions: ReadonlyArray<number>) => SubscriptionRef.set(owned, new Set(partitions))
  }
})

interface Hands {
  <A>(answer: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError>
}

/** A store each of whose answers goes through a test's hands. */
const through = (store: Store["Service"], reads: Hands, writes: Hands): Store["Service"] => ({
  track: (requests) => writes(store.track(requests)),
  untrack: (owner, reference) => writes(store.untrack(owner, reference)),
  claim: (partitions) => writes(store.claim(partitions)),
  tenures: reads(store.tenures),
  handOver: (handovers) => writes(store.handOver(handovers)),
  handedOver: (partition, tenure) => reads(store.handedOver(partition, tenure)),
  observe: (observations) => writes(store.observe(observations)),
  passDeadlines: (references, at) => writes(store.passDeadlines(references, at)),
  noteCancel: (owner, reference, at) => writes(store.noteCancel(owner, reference, at)),
  get: (reference) => reads(store.get(reference)),
  tracked: (owner, reference) => reads(store.tracked(owner, reference)),
  list: (query) => reads(store.list(query)),
  summary: (owner, labels) => reads(store.summary(owner, labels)),
  unfinished: (partition) => Stream.unwrap(reads(Effect.succeed(store.unfinished(partition)))),
  touched: (options) => reads(store.touched(options)),
  lastTouch: reads(store.lastTouch),
  bell: store.bell,
  changes: (options) => reads(store.changes(options)),
  lastSequence: reads(store.lastSequence),
  trackings: (refs) => reads(store.trackings(refs)),
  history: (reference, options) => reads(store.history(reference, options)),
  durations: reads(store.durations),
  learn: (lifetimes) => writes(store.learn(lifetimes)),
  report: (address, report) => writes(store.report(address, report)),
  withdraw: (address) => writes(store.withdraw(address)),
  runners: reads(store.runners),
  prune: (retention, at) => writes(store.prune(retention, at))
})

/** `away`: nothing is answered; `mute`: what is written is stored, and said to have failed; `slow`: a second is taken. */
export type Fault = "none" | "away" | "mute" | "slow"

export const faulty = (store: Store["Service"]) => {
  let fault: Fault = "none"
  const failure = new StoreError({ reason: "unavailable", message: "the database is away" })
  const reads: Hands = (answer) =>
    Effect.suspend(() => {
      if (fault === "away") return Effect.fail(failure)
      return fault === "slow" ? Effect.delay(answer, "1 second") : answer
    })
  const writes: Hands = (answer) =>
    reads(Effect.flatMap(answer, (given) => (fault === "mute" ? Effect.fail(failure) : Effect.succeed(given))))
  return { store: through(store, reads, writes), fault: (kind: Fault) => void (fault = kind) }
}

/** A tracker that may crash: from then on nothing that it does has an effect, and nothing that it asks for is answered. */
export const mortal = Effect.fnUntraced(function* (options: Options) {
  let isDead = false
  let diesWriting = false
  const hands = <A, E>(answer: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => (isDead ? Effect.never : answer))
  const writes: Hands = (answer) =>
    hands(
      Effect.tap(answer, () => {
        isDead ||= diesWriting
        return isDead ? Effect.never : Effect.void
      })
    )
  const sources = new Map(
    Array.from(options.sources, ([name, provider]) => [
      name,
      { ...provider, poll: (id: Reference["id"]) => hands(provider.poll(id)) }
    ])
  )
  /** Never closed: a crash lets nothing be put in order. */
  const scope = yield* Scope.make()
  const tracker = yield* Scope.provide(
    start({ ...options, sources, store: through(options.store, hands, writes) }),
    scope
  )
  return {
    tracker,
    scope,
    crash: () => void (isDead = true),
    /** As soon as something was written, before the tracker knows that it was. */
    crashWriting: () => void (diesWriting = true)
  }
})

/** Lets what is under way come to rest, and the store be written. */
export const settle = TestClock.adjust(Duration.millis(100))

export const track = (tracker: Tracker["Service"], ...references: ReadonlyArray<Reference>) =>
  Effect.tap(tracker.track(references.map((reference) => ({ owner, reference }))), () => settle)

/** Waits until all is read from the store. */
export const ready = (tracker: Tracker["Service"]) =>
  Effect.andThen(Effect.yieldNow, tracker.health).pipe(
    Effect.repeat({ until: ({ _tag }) => _tag === "Ready", times: 10_000 })
  )

/** Follows changes in the background, keeping all it is told. */
export const follow = Effect.fnUntraced(function* (
  tracker: Tracker["Service"],
  options: ChangesOptions = {},
  by = owner
) {
  const told: Array<TrackedEvent | Reset> = []
  yield* tracker.changes(by, options).pipe(
    Stream.runForEach((event) => Effect.sync(() => told.push(event))),
    Effect.forkScoped
  )
  yield* settle
  return told
})

export const watch = Effect.fnUntraced(function* (tracker: Tracker["Service"], reference: Reference) {
  const events: Array<WatchEvent> = []
  const fiber = yield* tracker.watch(reference).pipe(
    Stream.runForEach((event) => Effect.sync(() => events.push(event))),
    Effect.forkScoped
  )
  yield* settle
  return { events, fiber }
})

export const states = (events: ReadonlyArray<WatchEvent>) =>
  events.map((event) => (event._tag === "Observed" ? event.operation.state : event._tag))

/** What readers were told, in short. */
export const shortly = (told: ReadonlyArray<TrackedEvent | Reset>) =>
  told.map((event) => ("_tag" in event ? "reset" : `${event.operation.id} ${event.operation.state}`))

/** One tracker over a store in memory, with a provider that knows nothing yet. */
export const setup = Effect.gen(function* () {
  const provider = InMemoryProvider.make()
  const { fault, store } = faulty(yield* MemoryStore.make)
  const tracker = yield* start({ sources: provider.sources, store })
  return { ...provider, fault, store, tracker }
})

export const stateOf = (tracker: Tracker["Service"], reference: Reference) =>
  Effect.map(tracker.tracked(owner, reference), (tracked) => Option.getOrThrow(tracked).state)

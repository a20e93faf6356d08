/**
 * Keeps watch over operations for many callers at once: one poll loop an operation however many watch it, one request
 * however many ask at the same time. Once known as ended an operation stays so; nothing else is kept of an operation
 * that nobody watches.
 */
import * as Backoff from "@opwatch/core/Backoff"
import type { Operation } from "@opwatch/core/Operation"
import * as Operations from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { OperationId, SourceName, UnknownSource } from "@opwatch/core/Reference"
import * as Reference from "@opwatch/core/Reference"
import { providerOf, Sources } from "@opwatch/core/Sources"
import * as StateMachine from "@opwatch/core/StateMachine"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Watch from "@opwatch/core/Watch"
import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as RcMap from "effect/RcMap"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Feed from "./Feed.ts"
import * as FinishedOperations from "./FinishedOperations.ts"

export interface GetOptions {
  /** No older than this, by `observedAt`; zero asks the provider now. Without it anything known will do. */
  readonly maxAge?: Duration.Duration | undefined
}

export class Tracker extends Context.Service<
  Tracker,
  {
    /** A finished or watched operation as known; any other by one request that those who ask meanwhile share. */
    readonly get: (
      reference: Reference.Reference,
      options?: GetOptions
    ) => Effect.Effect<Operation, ProviderError | UnknownSource>
    /** The present state, then what follows, ending after the final observation. */
    readonly watch: (reference: Reference.Reference) => Stream.Stream<Watch.WatchEvent, ProviderError | UnknownSource>
    /** Answers when the operation is done, or with what is known of it when time is up; fails if that is nothing. */
    readonly wait: (
      reference: Reference.Reference,
      timeout: Duration.Duration
    ) => Effect.Effect<Operation, ProviderError | UnknownSource>
    /** Asks the provider once to cancel; those who watch see the answer too. */
    readonly cancel: (reference: Reference.Reference) => Effect.Effect<Operation, ProviderError | UnknownSource>
  }
>()("@opwatch/tracker/Tracker") {
  static readonly layer: Layer.Layer<Tracker, never, Sources> = Layer.effect(
    Tracker,
    Effect.suspend(() => make)
  )
}

/** How long a poll loop outlives its last watcher, so that one who comes back does not start it anew. */
const linger = Duration.seconds(5)

const make = Effect.gen(function* () {
  const sources = yield* Sources
  const finished = FinishedOperations.make()
  const feeds = new Map<string, Feed.Feed>()

  const knownOf = (ref: string) => finished.get(ref) ?? feeds.get(ref)?.known()

  const note = Effect.fnUntraced(function* (observation: Operation) {
    const known = knownOf(observation.ref)
    const operation = known === undefined ? observation : fold(known, observation)
    if (operation.done) finished.add(operation)
    yield* feeds.get(operation.ref)?.tell(operation) ?? Effect.void
    if (operation.done) yield* RcMap.invalidate(watches, Operations.reference(operation))
    return operation
  })

  const read = (provider: Provider) =>
    Effect.fnUntraced(function* (id: OperationId) {
      const observation = yield* Backoff.retry(provider.get(id)).pipe(
        Effect.catchReason("ProviderError", "OperationNotFound", (_, error) =>
          lostOr(error, knownOf(`${provider.source}/${id}`))
        )
      )
      return yield* note(observation)
    })

  /** The providers as polled, and the same asked with patience. */
  const polled = yield* shareRequests(sources, (provider) => provider.poll)
  const asked = yield* shareRequests(polled, (provider) => {
    const ask = read(provider)
    return (id) => Effect.map(ask(id), (operation) => ({ operation }))
  })

  const lookup = Effect.fnUntraced(function* (
    reference: Reference.Reference
  ): Effect.fn.Return<Feed.Feed, UnknownSource, Scope.Scope> {
    const provider = yield* providerOf(polled, reference)
    const ref = Reference.format(reference)
    const feed = yield* Feed.make
    const forget = Effect.sync(() => {
      if (feeds.get(ref) === feed) feeds.delete(ref)
    })
    yield* Effect.acquireRelease(
      Effect.sync(() => feeds.set(ref, feed)),
      () => forget
    )
    yield* Watch.watch(provider, reference.id).pipe(
      Stream.runForEach((event) => (event._tag === "Observed" ? note(event.operation) : feed.setback(event))),
      Effect.onExit((exit) =>
        Exit.isSuccess(exit) || Exit.hasInterrupts(exit)
          ? Effect.void
          : forget.pipe(Effect.andThen(feed.end(exit)), Effect.andThen(RcMap.invalidate(watches, reference)))
      ),
      Effect.forkScoped
    )
    return feed
  })
  const watches: RcMap.RcMap<Reference.Reference, Feed.Feed, UnknownSource> = yield* RcMap.make({
    lookup,
    idleTimeToLive: linger
  })

  const get: Tracker["Service"]["get"] = Effect.fn("Tracker.get")(function* (reference, options) {
    const provider = yield* providerOf(asked, reference)
    const known = knownOf(Reference.format(reference))
    const fresh = known !== undefined && (yield* isFresh(known, options?.maxAge))
    return fresh ? known : yield* provider.get(reference.id)
  })

  const watch: Tracker["Service"]["watch"] = (reference) =>
    Stream.unwrap(
      Effect.gen(function* () {
        yield* providerOf(polled, reference)
        const known = finished.get(Reference.format(reference))
        if (known !== undefined) return Stream.succeed(Watch.Observed({ operation: known, changed: true }))
        return (yield* RcMap.get(watches, reference)).events
      })
    )

  return Tracker.of({
    get,
    watch,
    wait: Effect.fn("Tracker.wait")(function* (reference, timeout) {
      let known: Operation | undefined
      let setback: ProviderError | undefined
      yield* watch(reference).pipe(
        Stream.runForEach((event) =>
          Effect.sync(() => {
            if (event._tag === "Observed") known = event.operation
            else setback = event.error
          })
        ),
        Effect.timeoutOption(timeout)
      )
      if (known !== undefined) return known
      return setback === undefined ? yield* get(reference) : yield* setback
    }),
    cancel: Effect.fn("Tracker.cancel")(function* (reference) {
      const provider = yield* providerOf(sources, reference)
      return yield* note(yield* provider.cancel(reference.id))
    })
  })
})

/** The providers with another `poll`, of which there is one at a time for each operation, shared by all who ask meanwhile. */
const shareRequests = Effect.fnUntraced(function* (
  sources: Sources["Service"],
  pollOf: (provider: Provider) => Provider["poll"]
) {
  const sharing = new Map<SourceName, Provider>()
  for (const [name, provider] of sources) {
    const polls = yield* Cache.make({ lookup: pollOf(provider), capacity: Infinity, timeToLive: Duration.zero })
    const poll = (id: OperationId) => Cache.get(polls, id)
    sharing.set(name, { ...provider, poll, get: (id) => Effect.map(poll(id), ({ operation }) => operation) })
  }
  return sharing
})

/** As `advance`; an end that was seen again counts as observed just then. */
const fold = (known: Operation, observation: Operation): Operation => {
  const operation = StateMachine.advance(known, observation)
  const again =
    operation.state === observation.state && Timestamp.order(observation.observedAt, operation.observedAt) > 0
  return again ? { ...operation, observedAt: observation.observedAt } : operation
}

const lostOr = (error: ProviderError, known: Operation | undefined) =>
  known === undefined
    ? Effect.fail(error)
    : Effect.map(Clock.currentTimeMillis, (now) => StateMachine.lose(known, Timestamp.fromMillis(now)))

const isFresh = ({ observedAt }: Operation, maxAge: Duration.Duration | undefined) =>
  maxAge === undefined
    ? Effect.succeed(true)
    : Effect.map(Clock.currentTimeMillis, (now) => now - Timestamp.toMillis(observedAt) < Duration.toMillis(maxAge))

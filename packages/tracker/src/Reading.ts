/** What is known of an operation, for those who ask, watch and wait; the provider is asked for what is not. */
import * as Backoff from "@opwatch/core/Backoff"
import type { Operation } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import { providerOf } from "@opwatch/core/Sources"
import type { Sources } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Watch from "@opwatch/core/Watch"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Entries } from "./Entries.ts"
import type { Feed } from "./Feed.ts"
import * as Knowledge from "./Knowledge.ts"
import type { LastPoll } from "./LastPoll.ts"
import type { Observing } from "./Observing.ts"
import * as Partition from "./Partition.ts"
import type { Partitions } from "./Partitions.ts"
import * as SharedPolls from "./SharedPolls.ts"
import type { Known, Store } from "./Store.ts"
import type { GetOptions, Tracker } from "./Tracker.ts"
import * as TrackedReads from "./TrackedReads.ts"
import type { Watches } from "./Watches.ts"

/** How long those who ask wait for the answer to be stored; it is theirs in any case. */
const storedWithin = Duration.seconds(1)

const soon = <A>(stored: Effect.Effect<A>, meanwhile: A): Effect.Effect<A> =>
  Effect.map(
    Effect.timeoutOption(stored, storedWithin),
    Option.getOrElse(() => meanwhile)
  )

export interface Reading extends Pick<Tracker["Service"], "get" | "peek" | "watch" | "wait"> {
  /** As known without asking the provider: finished, watched, or tracked and seen. */
  readonly recall: (reference: Reference) => Effect.Effect<Operation | undefined>
  /** What is known once it is stored, or the answer itself if that takes long; it is stored later then. */
  readonly soon: <A>(stored: Effect.Effect<A>, answer: A) => Effect.Effect<A>
  /** Somebody tracks it, polled here or elsewhere. */
  readonly isTracked: (reference: Reference) => Effect.Effect<boolean>
}

/** How long those who ask for what was tracked just now wait for its first poll. */
const firstPollWithin = Duration.seconds(2)

export const make = (options: {
  /** Whose polls are shared. */
  readonly sources: Sources["Service"]
  readonly store: Store["Service"]
  readonly entries: Entries
  readonly lastPoll: LastPoll
  readonly observing: Observing
  readonly partitions: () => Partitions
  readonly watches: () => Watches
}): Reading => {
  const { entries, lastPoll, observing, partitions, sources, store, watches } = options
  const trackedReads = TrackedReads.make(entries, lastPoll)

  /** What cannot be read counts as not there: the provider knows more. The health tells of the store. */
  const stored = (reference: Reference): Effect.Effect<Option.Option<Known>> =>
    Effect.orElseSucceed(store.get(reference), () => Option.none())

  const isTracked: Reading["isTracked"] = (reference) => {
    const ref = format(reference)
    if (entries.get(ref)?.tracked === true) return Effect.succeed(true)
    if (partitions().isLoaded(Partition.of(reference))) return Effect.succeed(false)
    return store.trackings([ref]).pipe(
      Effect.map((trackings) => trackings.length > 0),
      Effect.orElseSucceed(() => false)
    )
  }

  const peek: Reading["peek"] = (ref) => observing.known(ref) ?? trackedReads.get(ref)

  const recall: Reading["recall"] = Effect.fnUntraced(function* (reference) {
    const known = peek(format(reference))
    if (known !== undefined) return known
    const found = Option.getOrUndefined(yield* stored(reference))
    if (found === undefined) return undefined
    if (found.operation.done) {
      observing.learn(found.operation)
      return found.operation
    }
    return found.seen && (yield* isTracked(reference)) ? trackedReads.add(found.operation) : undefined
  })

  /** The provider's answer, with patience, shared by all who ask meanwhile. */
  const asked = SharedPolls.make(sources, (provider) => (id) => {
    const reference = { source: provider.source, id }
    return Backoff.retry(provider.poll(id)).pipe(
      Effect.flatMap(({ operation }) => soon(observing.observed(reference, operation), operation)),
      Effect.catchReason("ProviderError", "OperationNotFound", (_, error) => lostOr(reference, error)),
      Effect.map((operation) => ({ operation }))
    )
  })

  const lostOr = Effect.fnUntraced(function* (reference: Reference, error: ProviderError) {
    const entry = entries.get(format(reference))
    const isUnseen = entry?.tracked === true && !entry.standing.seen
    const lost = isUnseen ? undefined : yield* soon(observing.vanished(reference), undefined)
    return lost ?? (yield* error)
  })

  /** Of what is tracked and was never seen: the first poll's answer if it comes soon, else that nothing is known yet. */
  const unseen = Effect.fnUntraced(function* (reference: Reference, isFailing: boolean) {
    const provider = yield* providerOf(sources, reference)
    const answer = isFailing
      ? Option.none()
      : yield* Effect.timeoutOption(Effect.option(provider.get(reference.id)), firstPollWithin)
    const first = Option.getOrUndefined(Option.flatten(answer))
    if (first !== undefined) return yield* soon(observing.observed(reference, first), first)
    const at = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const found = yield* stored(reference)
    return Option.isSome(found) ? found.value.operation : Knowledge.unseen(provider, reference, at)
  })

  const ask = Effect.fn("Tracker.get")(function* (reference: Reference, { maxAge }: GetOptions) {
    const provider = yield* providerOf(asked, reference)
    const known = yield* recall(reference)
    if (known !== undefined && (yield* isFresh(known, maxAge))) return known
    const entry = entries.get(format(reference))
    const isUnseen = known === undefined && entry?.tracked === true && !entry.standing.seen
    return isUnseen && maxAge === undefined
      ? yield* unseen(reference, entry.standing.failures > 0)
      : yield* provider.get(reference.id)
  })

  const finished = (reference: Reference): Operation | undefined => {
    const known = observing.known(format(reference))
    return known?.done === true ? known : undefined
  }

  /** What is at hand is asked for more than anything else, and costs next to nothing. */
  const get: Reading["get"] = (reference, options = {}) => {
    const known = options.maxAge === undefined ? peek(format(reference)) : undefined
    return known === undefined ? ask(reference, options) : Effect.succeed(known)
  }

  return {
    soon,
    isTracked,
    recall,
    peek,
    get,
    watch: (reference) =>
      Stream.unwrap(
        Effect.gen(function* () {
          yield* providerOf(sources, reference)
          const known = finished(reference)
          if (known !== undefined) return Stream.succeed(Watch.Observed({ operation: known, changed: true }))
          return (yield* watches().acquire(reference)).events
        })
      ),
    wait: Effect.fn("Tracker.wait")(function* (reference, timeout) {
      yield* providerOf(sources, reference)
      const known = finished(reference)
      if (known !== undefined) return known
      const feed = yield* Effect.scoped(endOf(watches().acquire(reference), timeout))
      return feed.known() ?? (yield* lastWord(reference, feed))
    })
  }

  /** Nothing came of it in time but a setback, or not even that. */
  function lastWord(reference: Reference, feed: Feed) {
    const setback = feed.setback()
    return setback === undefined || entries.get(format(reference))?.tracked === true
      ? get(reference)
      : Effect.fail(setback.error)
  }
}

const endOf = <E, R>(acquire: Effect.Effect<Feed, E, R>, timeout: Duration.Duration) =>
  Effect.tap(acquire, (feed) => Effect.timeoutOption(feed.ended, timeout))

const isFresh = ({ observedAt }: Operation, maxAge: Duration.Duration | undefined) =>
  maxAge === undefined
    ? Effect.succeed(true)
    : Effect.map(Clock.currentTimeMillis, (now) => now - Timestamp.toMillis(observedAt) < Duration.toMillis(maxAge))

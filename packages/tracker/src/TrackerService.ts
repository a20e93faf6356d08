/**
 * Puts the tracker together, and stops it: what others are to poll is polled here until they do, then no poll is begun, those
 * under way get a moment, and what they gave is stored.
 */
import * as Durations from "@opwatch/core/Durations"
import type { Operation } from "@opwatch/core/Operation"
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import { providerOf, Sources } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Activity from "./Activity.ts"
import * as Admission from "./Admission.ts"
import * as Adoption from "./Adoption.ts"
import * as Budget from "./Budget.ts"
import * as ChangeFeed from "./ChangeFeed.ts"
import * as Committer from "./Committer.ts"
import * as Deadlines from "./Deadlines.ts"
import * as Entries from "./Entries.ts"
import type { Feed } from "./Feed.ts"
import * as FinishedOperations from "./FinishedOperations.ts"
import * as Health from "./Health.ts"
import * as Kinds from "./Kinds.ts"
import * as LastPoll from "./LastPoll.ts"
import * as Lifetimes from "./Lifetimes.ts"
import * as Lookout from "./Lookout.ts"
import * as MeasuredStore from "./MeasuredStore.ts"
import * as Observing from "./Observing.ts"
import { Ownership } from "./Ownership.ts"
import * as Partition from "./Partition.ts"
import * as Partitions from "./Partitions.ts"
import * as Plan from "./Plan.ts"
import * as Polling from "./Polling.ts"
import { PollSettings } from "./PollSettings.ts"
import * as Reading from "./Reading.ts"
import * as Retention from "./Retention.ts"
import * as Roster from "./Roster.ts"
import * as Settlement from "./Settlement.ts"
import * as SharedPolls from "./SharedPolls.ts"
import { Store } from "./Store.ts"
import type { Tracker } from "./Tracker.ts"
import * as TrackerMetrics from "./TrackerMetrics.ts"
import * as Trackings from "./Trackings.ts"
import * as UnderWay from "./UnderWay.ts"
import * as Untrackings from "./Untrackings.ts"
import * as Watches from "./Watches.ts"

/** How long polls under way when the tracker stops may take, with the storing of what they give; and what was learned. */
const grace = Duration.seconds(1)

export const make = Effect.gen(function* () {
  const sources = yield* Sources
  const monitor = Health.make()
  const metrics = yield* TrackerMetrics.make
  const store = MeasuredStore.make(yield* Store, metrics, monitor)
  const entries = Entries.make(metrics)
  const underWay = yield* UnderWay.make
  const { run } = underWay
  let isStopping = false

  const kinds = Kinds.make()
  const durations = Durations.make()
  const lifetimes = yield* Lifetimes.make({ store, monitor, entries, kinds, durations })
  const lastPoll = LastPoll.make(entries, durations)
  const observing = Observing.make({
    entries,
    finished: FinishedOperations.make(),
    kinds,
    durations,
    lifetimes,
    lastPoll,
    watches: () => watches,
    polling: () => polling,
    settlement: () => settlement
  })
  const feed = yield* ChangeFeed.make({
    store,
    monitor,
    /** What is known is changed before those who wait for it to be stored go on. */
    onChange: (change) => {
      observing.changed(change)
      committer.onChange(change)
    }
  })
  const committer: Committer.Committer = yield* Committer.make({ store, monitor, feed })
  const settlement = Settlement.make({
    store,
    monitor,
    committer,
    onRefused: observing.refused,
    onFenced: ({ reference, tenure }) => {
      metrics.fenced()
      partitions.fenced(Partition.of(reference), tenure)
    },
    run
  })
  const providers = SharedPolls.make(sources, (provider) => provider.poll)
  const settings = yield* PollSettings
  const plan = Plan.make(durations, settings)
  /** With what is being handed over, which is polled here until another does. */
  const share = () => Math.max(1, partitions.held().size) / Partition.count
  const budget: Budget.Budget = yield* Budget.make({
    providers,
    entries,
    plan,
    leastPrice: settings.priceMillis,
    share,
    isBehind: (source) => polling.isBehind(source),
    replan: (source, from, to) => polling.replan(source, from, to),
    metrics,
    monitor
  })
  const activity = yield* Activity.make
  const polling: Polling.Polling = yield* Polling.make({
    providers,
    entries,
    learning: observing,
    feed: (ref) => watches.feed(ref),
    plan,
    budget,
    activity,
    isHeld: () => isStopping || committer.isFull(),
    metrics,
    monitor,
    run
  })
  const admission = yield* Admission.make({
    entries,
    isConfigured: (source) => sources.has(source),
    kinds,
    plan,
    budget
  })
  const reading: Reading.Reading = Reading.make({
    sources: providers,
    store,
    entries,
    lastPoll,
    observing,
    partitions: () => partitions,
    watches: () => watches
  })

  const beginWatch = Effect.fnUntraced(function* (reference: Reference, feed: Feed) {
    const known = yield* reading.recall(reference)
    if (known !== undefined && feed.known() === undefined) feed.tell(known)
    if (known?.done === true) return watches.close(format(reference))
    const entry = entries.get(format(reference))
    if (entry !== undefined) polling.hasten(entry)
    else if (!(yield* reading.isTracked(reference))) polling.start(admission.watch(reference))
  })
  const watches: Watches.Watches = yield* Watches.make({
    begin: beginWatch,
    onIdle: (ref) => {
      const entry = entries.get(ref)
      if (entry?.tracked === false) observing.release(entry)
    }
  })

  const deadlines = yield* Deadlines.make({ store, monitor, committer })
  const adoption = Adoption.make({
    store,
    entries,
    admission,
    observing,
    polling,
    settlement,
    deadlines,
    watches: () => watches,
    partitions: () => partitions,
    run
  })
  const untrackings = Untrackings.make()
  const trackings = yield* Trackings.make({ sources, store, lastPoll, adoption, feed, untrackings, monitor, run })
  const ownership = yield* Ownership
  const lookout = ownership.isShared
    ? yield* Lookout.make({ store, monitor, committer, adoption, feed, untrackings, trackings })
    : Effect.void
  const partitions: Partitions.Partitions = yield* Partitions.make({
    ownership,
    store,
    entries,
    monitor,
    take: adoption.resume,
    drop: (others) => {
      for (const entry of entries.all()) {
        if (entry.tracked && others.has(Partition.of(entry.reference))) observing.drop(entry)
      }
    }
  })
  yield* Effect.forkScoped(lookout)
  yield* Retention.enforce({ store, monitor })
  const roster = yield* Roster.make({
    isShared: ownership.isShared,
    store,
    partitions,
    entries,
    activity,
    polling,
    budget,
    metrics,
    monitor
  })
  yield* Effect.addFinalizer(() =>
    Effect.gen(function* () {
      if (yield* roster.hasOthers) yield* partitions.handedOver
      isStopping = true
      yield* Effect.timeoutOption(underWay.ended, grace)
      yield* Effect.timeoutOption(lifetimes.flush, grace)
      yield* feed.end
      for (const watched of watches.feeds()) watched.end(Exit.void)
      for (const entry of entries.all()) entries.remove(entry)
    })
  )

  const cancel: Tracker["Service"]["cancel"] = Effect.fn("Tracker.cancel")(function* (reference, owner) {
    const provider = yield* providerOf(sources, reference)
    const answer: Operation = yield* provider.cancel(reference.id)
    const operation = yield* reading.soon(observing.observed(reference, answer), answer)
    const at = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    if (owner !== undefined) run(committer.noteCancel(owner, reference, at))
    return operation
  })

  const { get, peek, wait, watch } = reading
  const { history, list, summary, track, tracked, untrack, untracked } = trackings
  return {
    get,
    peek,
    watch,
    wait,
    cancel,
    track,
    untrack,
    untracked,
    tracked,
    list,
    summary,
    history,
    changes: (owner, options = {}) => feed.changes(owner, options),
    durations,
    price: budget.price,
    share,
    cluster: roster.cluster,
    leave: roster.leave,
    health: Effect.sync(() => monitor.health())
  } satisfies Tracker["Service"]
})

/**
 * What becomes known, by whatever way, and who is told. What is tracked is stored first and told once it is; what is only
 * watched is in memory alone. What has ended is not polled any more and stays as it is.
 */
import { fromOperation } from "@opwatch/core/CompactOperation"
import type { Durations } from "@opwatch/core/Durations"
import * as ExpectedEnd from "@opwatch/core/ExpectedEnd"
import * as Lifetime from "@opwatch/core/Lifetime"
import type { Operation } from "@opwatch/core/Operation"
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Change } from "@opwatch/core/Change"
import * as Digest from "./Digest.ts"
import type { Entries } from "./Entries.ts"
import * as Entry from "./Entry.ts"
import type { FinishedOperations } from "./FinishedOperations.ts"
import type { Kinds } from "./Kinds.ts"
import * as Knowledge from "./Knowledge.ts"
import type { LastPoll } from "./LastPoll.ts"
import type { Lifetimes } from "./Lifetimes.ts"
import type { Learning, Polling } from "./Polling.ts"
import type { Settlement } from "./Settlement.ts"
import type { Known } from "./Store.ts"
import type { Watches } from "./Watches.ts"

export interface Observing extends Learning {
  /** What an answer of the provider makes known of the operation: stored, if it is tracked. */
  readonly observed: (reference: Reference, observation: Operation) => Effect.Effect<Operation>
  /** The provider does not find it, and did or should have; undefined if nothing is known of it. */
  readonly vanished: (reference: Reference) => Effect.Effect<Operation | undefined>
  /** Known without asking anybody, because it has ended or is watched. */
  readonly known: (ref: string) => Operation | undefined
  /** It is known from now on, stored if it needs to be. */
  readonly learn: (operation: Operation) => void
  readonly changed: (change: Change) => void
  /** Nobody tracks it any more. */
  readonly release: (entry: Entry.Entry) => void
  /** It is not polled here any more. */
  readonly drop: (entry: Entry.Entry) => void
  readonly refused: (entry: Entry.Entry, known: Option.Option<Known>) => void
}

export const make = (options: {
  readonly entries: Entries
  readonly finished: FinishedOperations
  readonly kinds: Kinds
  readonly durations: Durations
  readonly lifetimes: Pick<Lifetimes, "add">
  readonly lastPoll: LastPoll
  readonly watches: () => Watches
  readonly polling: () => Polling
  readonly settlement: () => Settlement
}): Observing => {
  const { durations, entries, finished, kinds, lastPoll, lifetimes, polling, settlement, watches } = options

  const known = (ref: string) => finished.get(ref) ?? watches().feed(ref)?.known()

  const drop = (entry: Entry.Entry) => {
    if (entries.remove(entry)) polling().stop(entry)
  }

  /** Nobody will see it end. */
  const leave = (entry: Entry.Entry) => {
    const { kind, ref, wentOnAt } = entry
    if (wentOnAt > 0 && entries.get(ref) === entry) {
      lifetimes.add({ source: kind.source, kind: kind.kind, millis: wentOnAt, isOver: false })
    }
    drop(entry)
  }

  const release = (entry: Entry.Entry) => {
    if (watches().feed(entry.ref) === undefined) leave(entry)
    else entries.setTracked(entry, false)
  }

  /** What had ended when it was first seen may have been learned from before. */
  const end = (entry: Entry.Entry, operation: Operation) => {
    const lifetime = entry.standing.seen ? Lifetime.of(operation) : undefined
    if (lifetime !== undefined) lifetimes.add(lifetime)
    drop(entry)
  }

  const learn = (operation: Operation) => {
    const { ref } = operation
    const feed = watches().feed(ref)
    if (operation.done) {
      finished.add(operation)
      watches().close(ref)
      const entry = entries.get(ref)
      if (entry !== undefined) end(entry, operation)
    }
    feed?.tell(operation)
  }

  const unchanged = (entry: Entry.Entry, observation: Operation) => {
    Entry.see(entry, observation, kinds)
    entry.polledAt = Timestamp.toMillis(observation.observedAt)
    const feed = watches().feed(entry.ref)
    feed?.tell(lastPoll.of(feed.known() ?? fromOperation(observation)))
  }

  const observed: Observing["observed"] = Effect.fnUntraced(function* (reference, observation) {
    const ref = format(reference)
    const entry = entries.get(ref)
    if (entry !== undefined) Entry.see(entry, observation, kinds)
    const expecting = (operation: Operation) => ExpectedEnd.withExpectedEnd(operation, durations, entry?.advance)
    if (entry === undefined || !entry.tracked) {
      const before = known(ref)
      const operation = expecting(
        before === undefined ? observation : Knowledge.observe({ operation: before, seen: true }, observation)
      )
      learn(operation)
      return operation
    }
    if (Digest.of(fromOperation(observation)) === entry.digest) {
      unchanged(entry, observation)
      return expecting(observation)
    }
    const settled = yield* settlement().settle(entry, (stored) => expecting(Knowledge.observe(stored, observation)))
    entry.polledAt = Timestamp.toMillis(observation.observedAt)
    return Option.getOrElse(settled, () => expecting(observation))
  })

  const vanished: Observing["vanished"] = Effect.fnUntraced(function* (reference) {
    const ref = format(reference)
    const at = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const entry = entries.get(ref)
    if (entry?.tracked === true) {
      return Option.getOrUndefined(yield* settlement().settle(entry, (stored) => Knowledge.lose(stored, at)))
    }
    const before = known(ref)
    if (before === undefined) return undefined
    const operation = Knowledge.lose({ operation: before, seen: true }, at)
    learn(operation)
    return operation
  })

  return {
    known,
    learn,
    observed,
    unchanged,
    vanished,
    drop,
    release,
    changed: ({ operation, type }) => {
      if (type === "operation.overdue" || type === "operation.cancelRequested") return
      const entry = entries.get(operation.ref)
      if (entry?.tracked === true) {
        entries.setState(entry, operation.state)
        entry.digest = Digest.of(operation)
      }
      learn(operation)
    },
    refused: (entry, stored) => {
      if (entries.get(entry.ref) !== entry) return
      if (Option.isSome(stored) && stored.value.operation.done) learn(stored.value.operation)
      else release(entry)
    },
    givenUp: (entry, exit) => {
      leave(entry)
      watches().feed(entry.ref)?.end(exit)
      watches().close(entry.ref)
    }
  }
}

/**
 * Folds what a provider said of a tracked operation into what the store has of it, and stores what changed. One at a time
 * for each operation, and to the end, whoever asked for it and left.
 */
import type { Operation } from "@opwatch/core/Operation"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { Committer } from "./Committer.ts"
import * as Digest from "./Digest.ts"
import type { Entry } from "./Entry.ts"
import type { Monitor } from "./Health.ts"
import * as Knowledge from "./Knowledge.ts"
import type { Known, Store } from "./Store.ts"

export interface Settlement {
  /**
   * Answers once it is stored, with the operation as it is known then; none if the store has nothing of it. Where its
   * partition is another's by now it is not stored, and told to nobody else.
   */
  readonly settle: (entry: Entry, fold: (known: Known) => Operation) => Effect.Effect<Option.Option<Operation>>
}

export const make = (options: {
  readonly store: Store["Service"]
  readonly monitor: Monitor
  readonly committer: Pick<Committer, "observe">
  /** The store takes nothing more of it: it has ended there, or nobody tracks it. */
  readonly onRefused: (entry: Entry, known: Option.Option<Known>) => void
  /** Its partition is another's by now, who polls it. */
  readonly onFenced: (entry: Entry) => void
  readonly run: <A>(effect: Effect.Effect<A>) => Fiber.Fiber<A>
}): Settlement => {
  const { committer, monitor, onFenced, onRefused, run, store } = options
  const underWay = new Map<string, Deferred.Deferred<void>>()

  const foldIn = Effect.fnUntraced(function* (entry: Entry, fold: (known: Known) => Operation) {
    const read = monitor.persist(store.get(entry.reference))
    const known = yield* read
    const operation = Option.map(known, fold)
    if (Option.isNone(known) || Option.isNone(operation) || known.value.operation.done) {
      onRefused(entry, known)
      return operation
    }
    const observation = { ...Knowledge.observation(operation.value), tenure: entry.tenure }
    const digest = Digest.of(observation.operation)
    const isKnown = digest === entry.digest || digest === Digest.of(known.value.operation)
    const outcome = isKnown ? "stored" : yield* committer.observe(observation)
    if (outcome === "refused") onRefused(entry, yield* read)
    if (outcome === "fenced") onFenced(entry)
    return operation
  })

  const inTurn = Effect.fnUntraced(function* (entry: Entry, fold: (known: Known) => Operation) {
    for (let before = underWay.get(entry.ref); before !== undefined; before = underWay.get(entry.ref)) {
      yield* Deferred.await(before)
    }
    const done = Deferred.makeUnsafe<void>()
    underWay.set(entry.ref, done)
    const next = Effect.sync(() => {
      underWay.delete(entry.ref)
      Deferred.doneUnsafe(done, Exit.void)
    })
    return yield* Effect.ensuring(foldIn(entry, fold), next)
  })

  return { settle: (entry, fold) => Effect.suspend(() => Fiber.join(run(inTurn(entry, fold)))) }
}

/** Begins and ends the polls of operations as they are tracked and not any more, by what the store confirmed. */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import type { Operation } from "@opwatch/core/Operation"
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { Admission } from "./Admission.ts"
import type { Deadlines } from "./Deadlines.ts"
import * as Digest from "./Digest.ts"
import type { Entries } from "./Entries.ts"
import type { Entry } from "./Entry.ts"
import * as Knowledge from "./Knowledge.ts"
import type { Observing } from "./Observing.ts"
import * as Partition from "./Partition.ts"
import type { Partitions } from "./Partitions.ts"
import type { Polling } from "./Polling.ts"
import type { Settlement } from "./Settlement.ts"
import type { Store, Unfinished } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import type { Watches } from "./Watches.ts"

export interface Adoption {
  /** Goes on with what was tracked before the start or by another, each at its time: `due`, in milliseconds since 1970, if known. */
  readonly resume: (unfinished: Unfinished, tenure: Entry["tenure"], due: number | undefined) => void
  /** Somebody tracks it from now on, maybe by another server, or under another deadline. Nothing if it is not ours to poll. */
  readonly adopt: (unfinished: Unfinished) => void
  /**
   * It is tracked from now on; undefined if it has ended or is not ours to poll. The fiber stores what is known of it here,
   * which it gives, and has it polled unless that is its end.
   */
  readonly begin: (
    operation: CompactOperation,
    seen: boolean,
    deadline: Timestamp.Timestamp | undefined
  ) => Fiber.Fiber<Operation | undefined> | undefined
  /** Nobody tracks it any more. */
  readonly end: (reference: Reference) => void
  /** Sets right what is polled, as far as it goes, where nobody knows what the store did. */
  readonly reconcile: (references: ReadonlyArray<Reference>) => Effect.Effect<void, StoreError>
}

export const make = (options: {
  readonly store: Store["Service"]
  readonly entries: Entries
  readonly admission: Admission
  readonly observing: Observing
  readonly polling: Polling
  readonly settlement: Settlement
  readonly deadlines: Deadlines
  readonly watches: () => Watches
  readonly partitions: () => Partitions
  readonly run: <A>(effect: Effect.Effect<A>) => Fiber.Fiber<A>
}): Adoption => {
  const { admission, deadlines, entries, observing, partitions, polling, run, settlement, store, watches } = options

  const settleKnown = Effect.fnUntraced(function* (entry: Entry) {
    const known = observing.known(entry.ref)
    const settled =
      known === undefined
        ? Option.none()
        : yield* settlement.settle(entry, (stored) => Knowledge.observe(stored, known))
    if (entries.get(entry.ref) === entry) polling.start(entry)
    return Option.getOrUndefined(settled)
  })

  const begin: Adoption["begin"] = (operation, seen, deadline) => {
    const { id, kind, source, state, submittedAt } = operation
    const reference = { source, id }
    const [held, partition] = [partitions().held(), Partition.of(reference)]
    if (operation.done || !held.has(partition)) return undefined
    if (deadline !== undefined) deadlines.add(reference, Timestamp.toMillis(deadline))
    const since = Timestamp.toMillis(submittedAt ?? operation.observedAt)
    const stored = { reference, seen, state, kind, digest: Digest.of(operation), since }
    const entry = admission.begin(stored, held.get(partition))
    return entry === undefined ? undefined : run(settleKnown(entry))
  }

  const end = (reference: Reference) => {
    const ref = format(reference)
    partitions().forget(reference)
    const entry = entries.get(ref)
    if (entry?.tracked === true) observing.release(entry)
    else if (entry === undefined && watches().feed(ref) !== undefined) polling.start(admission.watch(reference))
  }

  const take = ({ deadline, reference }: Unfinished, entry: Entry | undefined) => {
    if (deadline !== undefined) deadlines.add(reference, deadline)
    if (entry === undefined) return
    if (observing.known(entry.ref) === undefined) polling.start(entry)
    else run(settleKnown(entry))
  }

  return {
    begin,
    end,
    resume: (unfinished, tenure, due) => take(unfinished, admission.resume(unfinished, tenure, due)),
    adopt: (unfinished) => {
      const [held, partition] = [partitions().held(), Partition.of(unfinished.reference)]
      if (held.has(partition)) take(unfinished, admission.begin(unfinished, held.get(partition)))
    },
    reconcile: Effect.fnUntraced(function* (references) {
      const trackings = yield* store.trackings(references.map(format))
      const tracked = new Set(trackings.map(([, ref]) => ref))
      for (const reference of references) {
        if (!tracked.has(format(reference))) {
          end(reference)
          continue
        }
        const known = Option.getOrUndefined(yield* store.get(reference))
        if (known !== undefined) begin(known.operation, known.seen, undefined)
        yield* deadlines.addNext(reference)
      }
    })
  }
}

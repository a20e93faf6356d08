/**
 * One tracked operation as server-sent events. Ids are those of its changes, so whoever comes back with the last one gets each
 * change after it, once and in order. Ends when the caller stops to track it: whoever comes back then watches it as anybody may.
 */
import { type Change, isReset } from "@opwatch/core/Change"
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import { OperationChanged } from "@opwatch/api/OperationEvent"
import * as Reference from "@opwatch/core/Reference"
import * as EventId from "@opwatch/tracker/EventId"
import type { Page } from "@opwatch/tracker/Store"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { beforeAll } from "./TrackingEvents.ts"

/** The operation after the change of this number, and after none that is later. */
interface Present {
  readonly position: number
  readonly operation: CompactOperation
}

export type Events = Stream.Stream<string> | "NotTracked" | "AllRead"

export const open = Effect.fnUntraced(function* (
  tracker: Tracker["Service"],
  owner: string,
  reference: Reference.Reference,
  lastEventId: string | undefined
): Effect.fn.Return<Events, StoreError> {
  const ref = Reference.format(reference)
  const found = yield* present(tracker, owner, reference)
  if (found === undefined) return "NotTracked"
  const after = Option.getOrElse(EventId.parse(lastEventId ?? beforeAll), () => Infinity)
  const isNew = after > found.position

  if (found.operation.done) {
    if (isNew) return Stream.make(write(found))
    const { items } = yield* tracker.history(owner, reference, { after: EventId.fromSequence(after), limit: 1_000 })
    if (!items.some(({ type }) => tellsOf(type))) return "AllRead"
  }

  const changes = tracker
    .changes(owner, { after: EventId.fromSequence(isNew ? found.position : after), filter: { ref } })
    .pipe(
      Stream.filter((told) => isReset(told) || tellsOf(told.type)),
      Stream.mapEffect((told) =>
        isReset(told)
          ? present(tracker, owner, reference)
          : Effect.succeed<Present>({ position: Number(told.id), operation: told.operation })
      ),
      Stream.catch((error) =>
        Stream.drain(Stream.fromEffect(Effect.logWarning("A stream of events broke off", error)))
      ),
      Stream.takeWhile((told) => told !== undefined),
      Stream.mapAccum(
        () => (isNew ? found.position : after),
        (last, told): readonly [number, ReadonlyArray<Present>] =>
          told.position > last ? [told.position, [told]] : [last, []]
      )
    )
  const ended = Effect.raceFirst(tracker.untracked(owner, reference), isGone(tracker, owner, reference))
  return (isNew ? Stream.concat(Stream.succeed(found), changes) : changes).pipe(
    Stream.takeUntil(({ operation }) => operation.done),
    Stream.interruptWhen(ended),
    Stream.map(write),
    Stream.tapCause((cause) => Effect.logError("A stream of events failed", cause))
  )
})

/** Done if the owner has stopped to track it before anybody listened for that. */
const isGone = (tracker: Tracker["Service"], owner: string, reference: Reference.Reference): Effect.Effect<void> =>
  tracker.tracked(owner, reference).pipe(
    Effect.orElseSucceed(() => Option.some(undefined)),
    Effect.flatMap((tracked) => (Option.isNone(tracked) ? Effect.void : Effect.never))
  )

/** A deadline that passed is no change of the operation. */
const tellsOf = (type: string): boolean => type !== "operation.overdue" && type !== "operation.cancelRequested"

/** The stream of changes may be behind the store: it is read from the store's latest one on, and comes to it in time. */
const present = Effect.fnUntraced(function* (
  tracker: Tracker["Service"],
  owner: string,
  reference: Reference.Reference
): Effect.fn.Return<Present | undefined, StoreError> {
  const head = yield* Stream.runHead(tracker.changes(owner, { after: beforeAll }))
  if (Option.isNone(head)) return undefined
  const { id } = head.value
  const tracked = yield* tracker.tracked(owner, reference)
  if (Option.isNone(tracked)) return undefined
  let found: Present = { position: Number(id), operation: tracked.value }
  for (let after: string | undefined = id; after !== undefined;) {
    const { items, next }: Page<Change> = yield* tracker.history(owner, reference, { after, limit: 1_000 })
    const last = items.at(-1)
    if (last !== undefined) found = { position: last.sequence, operation: last.operation }
    after = next
  }
  return found
})

const encodeEvent = Schema.encodeSync(OperationChanged)

const write = ({ operation, position }: Present): string => {
  const { data, event, id } = encodeEvent({
    id: EventId.fromSequence(position),
    event: "operation",
    data: operation
  })
  return Sse.encoder.write({ _tag: "Event", event, id, data })
}

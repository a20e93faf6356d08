/**
 * One tracked operation as server-sent events. Ids are those of its changes, so whoever comes back with the last one gets each
 * change after it, once and in order.
 */
import { isReset } from "@opwatch/core/Change"
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import { OperationChanged } from "@opwatch/api/OperationEvent"
import * as Reference from "@opwatch/core/Reference"
import * as EventId from "@opwatch/tracker/EventId"
import type { StoreError } from "@opwatch/tracker/StoreError"
import type { Tracker } from "@opwatch/tracker/Tracker"
import * as Duration from "effect/Duration"
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

/** The store is behind the stream of changes for no longer than it takes to tell of what it has just stored. */
const patience = Duration.millis(20)

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
  return (isNew ? Stream.concat(Stream.succeed(found), changes) : changes).pipe(
    Stream.takeUntil(({ operation }) => operation.done),
    Stream.map(write),
    Stream.tapCause((cause) => Effect.logError("A stream of events failed", cause))
  )
})

/** A deadline that passed is no change of the operation. */
const tellsOf = (type: string): boolean => type !== "operation.overdue" && type !== "operation.cancelRequested"

const present = Effect.fnUntraced(function* (
  tracker: Tracker["Service"],
  owner: string,
  reference: Reference.Reference
): Effect.fn.Return<Present | undefined, StoreError> {
  for (;;) {
    const head = yield* Stream.runHead(tracker.changes(owner, { after: beforeAll }))
    if (Option.isNone(head)) return undefined
    const { id } = head.value
    const operation = yield* tracker.tracked(owner, reference)
    if (Option.isNone(operation)) return undefined
    const later = yield* tracker.history(owner, reference, { after: id, limit: 1 })
    if (later.items.length === 0 && later.next === undefined) {
      return { position: Number(id), operation: operation.value }
    }
    yield* Effect.sleep(patience)
  }
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

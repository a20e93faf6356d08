/** All that a caller tracks as server-sent events: the tracker's stream of changes, written down. */
import { type TrackingEvent as Wire, TrackingEvent } from "@opwatch/api/TrackingEvent"
import { isReset, type Reset, type TrackedEvent } from "@opwatch/core/Change"
import type { EventFilter } from "@opwatch/tracker/EventFilter"
import type { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export interface Options {
  /** The last id that the client has; without it the first message says where the stream begins, in an id alone. */
  readonly lastEventId?: string | undefined
  readonly filter: EventFilter
}

export const encode = (
  tracker: Pick<Tracker["Service"], "changes">,
  owner: string,
  { filter, lastEventId }: Options
): Stream.Stream<string> =>
  tracker.changes(owner, { after: lastEventId ?? beforeAll, filter }).pipe(
    Stream.zipWithIndex,
    Stream.map(([told, index]) =>
      lastEventId === undefined && index === 0 && isReset(told) ? idAlone(told.id) : textOf(told)
    ),
    Stream.tapCause((cause) => Effect.logError("A stream of events failed", cause))
  )

/** No id was ever like this: the tracker answers it with a `Reset` that has the present one. */
export const beforeAll = ""

/** Moves a client's position without telling it anything. */
export const idAlone = (id: string): string => `id: ${id}\n\n`

const encodeEvent = Schema.encodeSync(TrackingEvent)

/** All who read as one owner are told the same event, which is written once. */
const texts = new WeakMap<TrackedEvent | Reset, string>()

const textOf = (told: TrackedEvent | Reset): string => {
  const known = texts.get(told)
  if (known !== undefined) return known
  const text = write(told)
  texts.set(told, text)
  return text
}

const write = (told: TrackedEvent | Reset): string => {
  const wire: Wire = isReset(told)
    ? { id: told.id, event: "reset", data: { id: told.id } }
    : { id: told.id, event: told.type, data: told }
  const { data, event, id } = encodeEvent(wire)
  return Sse.encoder.write({ _tag: "Event", event, id, data })
}

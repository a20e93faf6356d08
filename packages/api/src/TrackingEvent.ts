/** The server-sent events of everything that is tracked. Ids are of one order, and whoever resumes from one gets each after it once. */
import { ChangeType, TrackedEvent } from "@opwatch/core/Change"
import * as Schema from "effect/Schema"

/** The name of the event is the type of the change. */
export const Changed = Schema.Struct({
  id: Schema.String,
  event: ChangeType,
  data: Schema.fromJsonString(TrackedEvent)
})

/** Changes up to this id are no longer kept: read the present state anew, and go on from here. */
export const ChangesReset = Schema.Struct({
  id: Schema.String,
  event: Schema.Literal("reset"),
  data: Schema.fromJsonString(Schema.Struct({ id: Schema.String }))
})

export const TrackingEvent = Schema.Union([Changed, ChangesReset])
export type TrackingEvent = typeof TrackingEvent.Type

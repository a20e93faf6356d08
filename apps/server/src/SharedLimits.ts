/** The servers of a cluster keep to each source's rate limit together: a server's part of it is that of what it polls. */
import { TrafficShare } from "@opwatch/rest/TrafficShare"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MutableRef from "effect/MutableRef"

export const layer: Layer.Layer<never, never, Tracker> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { share } = yield* Tracker
    MutableRef.set(yield* TrafficShare, share)
  })
)

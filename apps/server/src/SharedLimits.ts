/**
 * The servers of a cluster keep to each source's rate limit together: a server's part of it is that of the partitions which it
 * polls, and one that polls none may still ask.
 */
import { TrafficShare } from "@opwatch/rest/TrafficShare"
import { Ownership } from "@opwatch/tracker/Ownership"
import * as Partition from "@opwatch/tracker/Partition"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MutableRef from "effect/MutableRef"
import * as Stream from "effect/Stream"

export const layer: Layer.Layer<never, never, Ownership> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { partitions } = yield* Ownership
    const share = yield* TrafficShare
    yield* Stream.runForEach(partitions, ({ size }) =>
      Effect.sync(() => MutableRef.set(share, Math.max(1, size) / Partition.count))
    ).pipe(Effect.forkScoped)
  })
)

/** Which servers share the polls, as the tracker knows it; and that the others hear of it when this one is told to stop. */
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { orStoreProblem } from "./StoreProblem.ts"

export const layer = HttpApiBuilder.group(
  OpwatchApi,
  "cluster",
  Effect.fnUntraced(function* (handlers) {
    const { cluster } = yield* Tracker
    return handlers.handleAll({ cluster: () => orStoreProblem(cluster) })
  })
)

/** As it is released. */
export const leaving = Layer.effectDiscard(Effect.flatMap(Tracker, ({ leave }) => Effect.addFinalizer(() => leave)))

/** Whether the server lives, whether it does what it is for, and what it has counted. */
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { NotReady } from "@opwatch/api/Problems"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"

export const ok = { status: "ok" } as const

/** Fails with why the server cannot do what it is for. */
export const readiness = ({ health }: Pick<Tracker["Service"], "health">): Effect.Effect<typeof ok, NotReady> =>
  Effect.flatMap(health, (found) =>
    found._tag === "Ready" ? Effect.succeed(ok) : Effect.fail(new NotReady({ detail: found.reason }))
  )

export const metrics = Effect.map(PrometheusMetrics.format(), (text) =>
  HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" })
)

const system = HttpApiBuilder.group(
  OpwatchApi,
  "system",
  Effect.fnUntraced(function* (handlers) {
    const tracker = yield* Tracker
    return handlers.handleAll({
      healthz: () => Effect.succeed(ok),
      readyz: () => readiness(tracker)
    })
  })
)

const counted = HttpApiBuilder.group(OpwatchApi, "metrics", (handlers) =>
  handlers.handleAll({ metrics: () => metrics })
)

export const layer = Layer.merge(system, counted)

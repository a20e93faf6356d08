/** The operations of the contract, answered by the tracker and the providers. */
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { defaultWait } from "@opwatch/api/Parameters"
import * as ProviderProblem from "@opwatch/api/ProviderProblem"
import { explainOperation } from "@opwatch/core/ExplainOperation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { Reference, UnknownSource } from "@opwatch/core/Reference"
import { providerOf, Sources } from "@opwatch/core/Sources"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as EventStream from "./EventStream.ts"
import * as LogPages from "./LogPages.ts"

/** Tells why it failed to those who asked for the reference. */
const orProblem = <A>(reference: Reference, effect: Effect.Effect<A, ProviderError | UnknownSource>) =>
  Effect.mapError(effect, (error) => ProviderProblem.fromError(reference, error))

export const layer = HttpApiBuilder.group(
  OpwatchApi,
  "operations",
  Effect.fnUntraced(function* (handlers) {
    const sources = yield* Sources
    const tracker = yield* Tracker

    return handlers.handleAll({
      get: ({ params, query }) => orProblem(params, tracker.get(params, query)),
      wait: ({ params, query }) => orProblem(params, tracker.wait(params, query.timeout ?? defaultWait)),
      events: Effect.fnUntraced(function* ({ headers, params }) {
        const lastEventId = headers["last-event-id"]
        const first = yield* orProblem(params, Stream.runHead(tracker.watch(params)))
        const hasSeenTheEnd = Option.exists(
          first,
          (event) =>
            event._tag === "Observed" && event.operation.done && EventStream.idOf(event.operation) === lastEventId
        )
        return hasSeenTheEnd
          ? undefined
          : HttpServerResponse.stream(EventStream.encode(params, tracker.watch(params), lastEventId), {
              contentType: "text/event-stream",
              headers: { "cache-control": "no-store" }
            })
      }),
      log: ({ params, query }) =>
        orProblem(
          params,
          Effect.flatMap(providerOf(sources, params), (provider) => LogPages.page(provider, params.id, query))
        ),
      explanation: ({ params }) =>
        orProblem(
          params,
          Effect.flatMap(providerOf(sources, params), (provider) =>
            Effect.flatMap(tracker.get(params), (operation) => explainOperation(provider, operation))
          )
        ),
      cancel: ({ params }) => orProblem(params, tracker.cancel(params))
    })
  })
)

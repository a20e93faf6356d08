/** The operations of the contract, answered by the tracker and the providers. */
import { Caller } from "@opwatch/access/Caller"
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { defaultWait } from "@opwatch/api/Parameters"
import * as ProviderProblem from "@opwatch/api/ProviderProblem"
import { explainOperation } from "@opwatch/core/ExplainOperation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { Reference, UnknownSource } from "@opwatch/core/Reference"
import { providerOf, Sources } from "@opwatch/core/Sources"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as EventResponse from "./EventResponse.ts"
import * as EventStream from "./EventStream.ts"
import * as LogPages from "./LogPages.ts"
import { Stopping } from "./Stopping.ts"
import { orStoreProblem } from "./StoreProblem.ts"
import * as TrackedOperationEvents from "./TrackedOperationEvents.ts"

/** Events begin by then without any, so that nobody in between takes the server for dead while a provider is down. */
const longestSilence = Duration.seconds(5)

/** Tells why it failed to those who asked for the reference. */
const orProblem = <A>(reference: Reference, effect: Effect.Effect<A, ProviderError | UnknownSource>) =>
  Effect.mapError(effect, (error) => ProviderProblem.fromError(reference, error))

export const layer = HttpApiBuilder.group(
  OpwatchApi,
  "operations",
  Effect.fnUntraced(function* (handlers) {
    const sources = yield* Sources
    const tracker = yield* Tracker
    const stopping = yield* Stopping

    return handlers.handleAll({
      get: ({ params, query }) => orProblem(params, tracker.get(params, query)),
      wait: ({ params, query }) =>
        orProblem(
          params,
          Effect.raceFirst(
            tracker.wait(params, query.timeout ?? defaultWait),
            Effect.andThen(stopping.begun, tracker.wait(params, Duration.zero))
          )
        ),
      events: Effect.fnUntraced(function* ({ headers, params, query, request }) {
        const lastEventId = headers["last-event-id"]
        if (query.setbacks !== true) {
          const { owner } = yield* Caller
          const events = yield* orStoreProblem(TrackedOperationEvents.open(tracker, owner, params, lastEventId))
          if (events === "AllRead") return undefined
          if (events !== "NotTracked") return EventResponse.make(request, stopping, events)
        }
        const first = yield* orProblem(
          params,
          Effect.timeoutOption(Stream.runHead(tracker.watch(params)), longestSilence)
        )
        const hasSeenTheEnd = Option.exists(
          Option.flatten(first),
          (event) =>
            event._tag === "Observed" && event.operation.done && EventStream.idOf(event.operation) === lastEventId
        )
        return hasSeenTheEnd
          ? undefined
          : EventResponse.make(
              request,
              stopping,
              EventStream.encode(params, tracker.watch(params), { lastEventId, ...query })
            )
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
      cancel: ({ params }) => Effect.flatMap(Caller, ({ owner }) => orProblem(params, tracker.cancel(params, owner)))
    })
  })
)

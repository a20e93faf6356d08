/** The sources of the contract, what their providers list, and how long their operations take. */
import { Caller, sees } from "@opwatch/access/Caller"
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import { SourceNotFound } from "@opwatch/api/Problems"
import * as ProviderProblem from "@opwatch/api/ProviderProblem"
import { withExpectedEnd } from "@opwatch/core/ExpectedEnd"
import { providerOf, Sources } from "@opwatch/core/Sources"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Stream from "effect/Stream"
import * as ListLines from "./ListLines.ts"
import * as SourceDurations from "./SourceDurations.ts"

export const layer = HttpApiBuilder.group(
  OpwatchApi,
  "sources",
  Effect.fnUntraced(function* (handlers) {
    const sources = yield* Sources
    const tracker = yield* Tracker
    return handlers.handleAll({
      list: () =>
        Effect.map(Caller, (caller) => ({
          sources: [...sources.values()]
            .filter(({ source }) => sees(caller, source))
            .map(({ capabilities, name, source, urls }) => ({ name: source, provider: name, urls, capabilities }))
        })),
      operations: Effect.fnUntraced(function* ({ params, query }) {
        const provider = yield* providerOf(sources, params)
        const operations = Stream.map(provider.list(query), (operation) =>
          withExpectedEnd(operation, tracker.durations)
        )
        return HttpServerResponse.stream(yield* ListLines.open(operations), {
          contentType: "application/x-ndjson",
          headers: { "cache-control": "no-store" }
        })
      }, Effect.mapError(ProviderProblem.fromListError)),
      durations: Effect.fnUntraced(
        function* ({ params, query: { price } }) {
          const { source } = yield* providerOf(sources, params)
          return yield* SourceDurations.of(
            tracker.durations,
            source,
            price === undefined ? tracker.price(source) : Duration.toMillis(price)
          )
        },
        Effect.mapError(({ message }) => new SourceNotFound({ detail: message }))
      )
    })
  })
)

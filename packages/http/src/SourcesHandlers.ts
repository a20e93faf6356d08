/** The sources of the contract, and what their providers list. */
import { Caller, sees } from "@opwatch/access/Caller"
import { OpwatchApi } from "@opwatch/api/OpwatchApi"
import * as ProviderProblem from "@opwatch/api/ProviderProblem"
import { providerOf, Sources } from "@opwatch/core/Sources"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as ListLines from "./ListLines.ts"

export const layer = HttpApiBuilder.group(
  OpwatchApi,
  "sources",
  Effect.fnUntraced(function* (handlers) {
    const sources = yield* Sources
    return handlers.handleAll({
      list: () =>
        Effect.map(Caller, (caller) => ({
          sources: [...sources.values()]
            .filter(({ source }) => sees(caller, source))
            .map(({ capabilities, name, source, urls }) => ({ name: source, provider: name, urls, capabilities }))
        })),
      operations: Effect.fnUntraced(function* ({ params, query }) {
        const provider = yield* providerOf(sources, params)
        return HttpServerResponse.stream(yield* ListLines.open(provider.list(query)), {
          contentType: "application/x-ndjson",
          headers: { "cache-control": "no-store" }
        })
      }, Effect.mapError(ProviderProblem.fromListError))
    })
  })
)

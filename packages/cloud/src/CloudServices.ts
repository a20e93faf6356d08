/** Clients of the services that resources belong to, one for each host. */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import type { Authorization } from "@opwatch/rest/Authorization"
import * as RestClient from "@opwatch/rest/RestClient"
import type { RateLimit } from "@opwatch/rest/Traffic"
import * as CloudEndpoints from "./CloudEndpoints.ts"
import { judge } from "./CloudError.ts"
import type { CloudResource } from "./CloudResources.ts"

export interface CloudServicesOptions {
  readonly source: SourceName
  readonly url: string
  /** Where services are found; without it all of them are at `url`. */
  readonly endpointsUrl?: string | undefined
  readonly authorization: Authorization
  readonly rateLimit: RateLimit
}

export interface CloudServices {
  readonly clientOf: (resource: CloudResource) => Effect.Effect<RestClient.RestClient, ProviderError>
}

export const make = Effect.fnUntraced(function* (options: CloudServicesOptions) {
  const { endpointsUrl, url } = options
  const http = yield* HttpClient.HttpClient
  const endpoints = endpointsUrl === undefined ? undefined : yield* CloudEndpoints.make({ ...options, endpointsUrl })
  const clients = new Map<string, RestClient.RestClient>()

  const clientAt = Effect.fnUntraced(
    function* (url: string) {
      const known = clients.get(url)
      if (known !== undefined) return known
      const client = yield* RestClient.make({ ...options, url, judge })
      clients.set(url, client)
      return client
    },
    Effect.provideService(HttpClient.HttpClient, http)
  )

  return {
    clientOf: (resource) =>
      Effect.flatMap(endpoints === undefined ? Effect.succeed(url) : endpoints.urlOf(resource), clientAt)
  } satisfies CloudServices
})

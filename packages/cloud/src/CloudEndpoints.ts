/**
 * Where an installation's services are, by endpoint discovery: asked once, without a credential, and kept. Credentials go to
 * the hosts that it names, so it is believed no more than its own address is: what it names is reached over https, unless
 * the discovery itself and the host are on this machine.
 */
import * as Effect from "effect/Effect"
import type { Json } from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { isObject } from "@opwatch/core/FieldReader"
import { Misconfigured, ProviderError, Unsupported } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as Authorization from "@opwatch/rest/Authorization"
import { malformed } from "@opwatch/rest/ListedOperations"
import { isLoopback } from "@opwatch/core/Loopback"
import * as RestClient from "@opwatch/rest/RestClient"
import type { RateLimit } from "@opwatch/rest/Traffic"
import { judge } from "./CloudError.ts"
import type { CloudResource } from "./CloudResources.ts"

export interface CloudEndpointsOptions {
  readonly source: SourceName
  readonly endpointsUrl: string
  readonly rateLimit: RateLimit
}

type Addresses = ReadonlyMap<string, string>

export const make = Effect.fnUntraced(function* ({ endpointsUrl, rateLimit, source }: CloudEndpointsOptions) {
  const client = yield* RestClient.make({
    source,
    url: endpointsUrl,
    authorization: Authorization.none,
    rateLimit,
    judge
  })
  const oneAtATime = yield* Semaphore.make(1)
  let kept: Addresses | undefined

  const discover = Effect.fn("CloudEndpoints.discover")(function* () {
    const answer = yield* Effect.catchReason(
      client.json({ method: "GET", path: "/endpoints" }),
      "ProviderError",
      "OperationNotFound",
      () => Effect.fail(notThere(source, endpointsUrl))
    )
    const addresses = addressesOf(answer)
    if (addresses === undefined) return yield* malformed(source, "the answer of endpoint discovery lists no endpoints")
    kept = addresses
    return addresses
  })

  const addresses = Effect.suspend(() =>
    kept === undefined
      ? oneAtATime.withPermit(Effect.suspend(() => (kept === undefined ? discover() : Effect.succeed(kept))))
      : Effect.succeed(kept)
  )

  return {
    /** The base URL of a resource's service. */
    urlOf: Effect.fnUntraced(function* ({ endpoints }: Pick<CloudResource, "endpoints">) {
      const known = yield* addresses
      const id = endpoints.find((id) => known.has(id))
      if (id === undefined) return yield* notOffered(source, endpointsUrl, endpoints[0])
      const address = known.get(id) ?? ""
      return baseUrl(address, endpointsUrl) ?? (yield* malformed(source, `"${address}", named for ${id}, is no host`))
    })
  }
})

const addressesOf = (answer: Json): Addresses | undefined => {
  const endpoints = isObject(answer) ? answer["endpoints"] : undefined
  if (!Array.isArray(endpoints)) return undefined
  return new Map(
    endpoints.flatMap((endpoint) => {
      const { address, id } = isObject(endpoint) ? endpoint : {}
      return typeof id === "string" && typeof address === "string" ? [[id, address] as const] : []
    })
  )
}

/** A name or an address, with or without a port; nothing else that a URL may hold. */
const hostAndPort = /^([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

const baseUrl = (address: string, endpointsUrl: string): string | undefined => {
  const host = hostAndPort.exec(address)?.[1]
  if (host === undefined) return undefined
  const { hostname, protocol } = new URL(endpointsUrl)
  const url = `${protocol === "http:" && isLoopback(hostname) && isLoopback(host) ? "http" : "https"}://${address}`
  return URL.canParse(url) ? url : undefined
}

const notThere = (source: SourceName, endpointsUrl: string): ProviderError =>
  new ProviderError({
    source,
    reason: new Misconfigured(),
    message: `there is no list of endpoints at ${endpointsUrl}/endpoints`,
    hint: `check sources.${source}.endpointsUrl`
  })

const notOffered = (source: SourceName, endpointsUrl: string, service: string): ProviderError =>
  new ProviderError({
    source,
    reason: new Unsupported(),
    message: `${endpointsUrl} names no host for ${service}: this installation may not have it`
  })

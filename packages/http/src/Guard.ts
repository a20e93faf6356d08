/**
 * Without API keys, whoever reaches the server may use its credentials. So it answers this machine alone, and no web page
 * but its own and those of this machine: a page elsewhere could otherwise reach it through the user's browser, by a name
 * that resolves to loopback too. With keys any `Host` and `Origin` will do: a browser adds no key of its own to a request, as
 * it does with cookies, so a page gets no further than whoever has no key; and without CORS it may not even read the refusal.
 */
import { RefusedCaller } from "@opwatch/api/Problems"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import type * as Types from "effect/Types"
import { isLoopback } from "@opwatch/core/Loopback"
import { Access } from "./Access.ts"

/** Why a request with these headers is refused; undefined when it is not. */
export const refusal = (headers: Headers.Headers): string | undefined => {
  const { host, origin } = headers
  const site = headers["sec-fetch-site"]
  if (host === undefined || !isLoopback(withoutPort(host))) {
    return `the Host is "${host ?? ""}", which is not this machine: ask for localhost, 127.0.0.1 or [::1]`
  }
  if (origin !== undefined && !isLocalOrigin(origin)) return `the Origin is "${origin}", which is not this machine`
  if (site === "cross-site" || site === "same-site") return "the request comes from a page of another site"
  return undefined
}

/** On a server without keys, refuses before anything else happens, on every route and beside them. */
export const layer = HttpRouter.middleware(
  Effect.map(
    Access,
    ({ hasKeys }) =>
      (answer: Effect.Effect<HttpServerResponse, Types.unhandled, HttpRouter.Provided>) =>
        hasKeys
          ? answer
          : Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) => {
              const detail = refusal(headers)
              return detail === undefined ? answer : HttpServerRespondable.toResponse(new RefusedCaller({ detail }))
            })
  ),
  { global: true }
)

const withoutPort = (host: string): string => host.replace(/:\d*$/, "")

const isLocalOrigin = (origin: string): boolean => {
  const match = /^https?:\/\/(.*)$/i.exec(origin)
  return match?.[1] !== undefined && isLoopback(withoutPort(match[1]))
}

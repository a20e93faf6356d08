/**
 * The metrics on a socket of their own, for whoever reaches it, with `/healthz` and `/readyz`. Nothing here tells of an
 * operation, a key or a provider's answer.
 */
import { RouteNotFound } from "@opwatch/api/Problems"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as SystemHandlers from "./SystemHandlers.ts"

/** Serves on the socket that it is given. */
export const layer: Layer.Layer<never, never, HttpServer.HttpServer | Tracker> = Layer.unwrap(
  Effect.map(Tracker, (tracker) =>
    HttpServer.serve(
      Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ method, url }) => {
        const [path] = url.split("?")
        if (method !== "GET" && method !== "HEAD") return notFound
        switch (path) {
          case "/metrics":
            return SystemHandlers.metrics
          case "/healthz":
            return Effect.succeed(alive)
          case "/readyz":
            return Effect.matchEffect(SystemHandlers.readiness(tracker), {
              onFailure: HttpServerRespondable.toResponse,
              onSuccess: () => Effect.succeed(alive)
            })
          default:
            return notFound
        }
      })
    )
  )
)

const alive = HttpServerResponse.jsonUnsafe(SystemHandlers.ok)

const notFound = HttpServerRespondable.toResponse(
  new RouteNotFound({ detail: "this port has /metrics, /healthz and /readyz, to be read, and nothing else" })
)

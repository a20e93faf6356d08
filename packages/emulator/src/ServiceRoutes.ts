/** What the cloud's other services answer: endpoint discovery, and the operations of a resource. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Result from "effect/Result"
import { badRequest, dialect, refuse } from "./CloudDialect.ts"
import { Gate } from "./Gate.ts"
import { Operations } from "./Operations.ts"
import * as ResourceOperations from "./ResourceOperations.ts"
import * as Routes from "./Routes.ts"
import { endpointIds, lookUp } from "./Services.ts"

export const layer = HttpRouter.addAll(
  Effect.gen(function* () {
    const operations = yield* Operations
    const gate = yield* Gate

    /** Every service is where this request came in. */
    const endpoints = Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      dialect.answer({ endpoints: endpointIds.map((id) => ({ id, address: headers.host ?? "" })) })
    )

    const list = Effect.fnUntraced(function* (resource: string, hasFilter: boolean) {
      const query = ResourceOperations.parse(resource, hasFilter, yield* HttpServerRequest.ParsedSearchParams)
      return Result.isFailure(query)
        ? badRequest(query.failure.field, query.failure.description)
        : dialect.answer(ResourceOperations.pageOf(yield* operations.all("cloud"), query.success))
    })

    const wrongVerb = Routes.wrongVerb(gate, dialect, "GET")
    const unknownRoute = gate.pass(
      dialect,
      undefined,
      Effect.sync(() => refuse(404, "Not found"))
    )

    // One pattern for all services: a route for each would make the router slow to build.
    const lists = Effect.gen(function* () {
      const { collection = "", resource = "", service = "" } = yield* HttpRouter.params
      const hasFilter = lookUp(service, collection)
      if (hasFilter === undefined) return yield* unknownRoute
      const { method } = yield* HttpServerRequest.HttpServerRequest
      if (method !== "GET" && method !== "HEAD") return yield* wrongVerb
      return yield* gate.pass(dialect, { kind: "list" }, list(resource, hasFilter))
    })

    return [
      ...Routes.at(gate, dialect, "/endpoints", { GET: gate.passOpen(dialect, { kind: "read" }, endpoints) }),
      ...Routes.fallback("/:service/v1/:collection/:resource/operations", lists)
    ]
  })
)

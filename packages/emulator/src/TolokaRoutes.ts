/** Toloka's operations under `/api/v1`: their list, one of them, its log. Any path under `/api` that nothing claims is an unknown route. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Result from "effect/Result"
import { Gate } from "./Gate.ts"
import * as Listing from "./Listing.ts"
import * as Log from "./Log.ts"
import { Operations } from "./Operations.ts"
import * as Routes from "./Routes.ts"
import { dialect, invalid, refuse, streamed } from "./TolokaDialect.ts"

const listShape: Listing.Shape = {
  equal: { type: "any", status: ["PENDING", "RUNNING", "SUCCESS", "FAIL"] },
  ranges: { id: "text", submitted: "time", finished: "time" },
  sort: ["id", "submitted", "finished"],
  maximum: 300
}

export const layer = HttpRouter.addAll(
  Effect.gen(function* () {
    const operations = yield* Operations
    const gate = yield* Gate

    const list = Effect.gen(function* () {
      const select = Listing.parse(listShape, yield* HttpServerRequest.ParsedSearchParams)
      if (Result.isFailure(select)) return invalid(select.failure)
      return dialect.answer(select.success(yield* operations.all("toloka")))
    })

    const get = Effect.fnUntraced(function* (id: string) {
      const shown = yield* operations.show("toloka", id)
      return shown === undefined ? refuse(404, "Operation does not exist") : Routes.shownAs(dialect, shown)
    })

    const log = (id: string) => Effect.map(operations.log(id), logAnswer)

    const unknownRoute = gate.pass(
      dialect,
      undefined,
      Effect.sync(() => refuse(404, "No such route", "NOT_FOUND"))
    )

    const withId = <R>(answer: (id: string) => Routes.Answer<R>) =>
      Effect.flatMap(HttpRouter.params, ({ id = "" }) => answer(id))

    return [
      ...Routes.at(gate, dialect, "/api/v1/operations", { GET: gate.pass(dialect, { kind: "list" }, list) }),
      ...Routes.at(gate, dialect, "/api/v1/operations/:id", {
        GET: withId((id) => gate.pass(dialect, { kind: "get", id }, get(id)))
      }),
      ...Routes.at(gate, dialect, "/api/v1/operations/:id/log", {
        GET: withId((id) => gate.pass(dialect, { kind: "log", id }, log(id)))
      }),
      ...Routes.fallback("/api/*", unknownRoute)
    ]
  })
)

const logAnswer = (log: Log.Log | undefined) => {
  if (log === undefined) return refuse(404, "Operation log does not exist")
  if (log === "archived") return refuse(409, "Operation logs are archived", "OPERATION_LOGS_ARCHIVED")
  return "generate" in log ? streamed(Log.stream(log.generate)) : dialect.answer(log)
}

/** Toloka under `/api/v1`: the operation and its log. Anything else under `/api` is an unknown route. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import { Gate } from "./Gate.ts"
import { Operations } from "./Operations.ts"
import { fallback, shownAs } from "./Routes.ts"
import { dialect, refuse } from "./TolokaDialect.ts"

export const layer = HttpRouter.addAll(
  Effect.gen(function* () {
    const operations = yield* Operations
    const gate = yield* Gate

    const get = Effect.fnUntraced(function* (id: string) {
      const shown = yield* operations.show("toloka", id)
      return shown === undefined ? refuse(404, "Operation does not exist") : shownAs(dialect, shown)
    })

    const log = (id: string) =>
      Effect.sync(() => {
        const steps = operations.log(id)
        return steps === undefined ? refuse(404, "Operation log does not exist") : dialect.answer(steps)
      })

    const unknownRoute = gate.pass(
      dialect,
      undefined,
      Effect.sync(() => refuse(404, "No such route", "NOT_FOUND"))
    )

    return [
      HttpRouter.route(
        "GET",
        "/api/v1/operations/:id",
        Effect.flatMap(HttpRouter.params, ({ id = "" }) => gate.pass(dialect, { kind: "get", id }, get(id)))
      ),
      HttpRouter.route(
        "GET",
        "/api/v1/operations/:id/log",
        Effect.flatMap(HttpRouter.params, ({ id = "" }) => gate.pass(dialect, { kind: "log", id }, log(id)))
      ),
      ...fallback("/api/*", unknownRoute)
    ]
  })
)

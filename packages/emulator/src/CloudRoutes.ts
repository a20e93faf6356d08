/** The cloud operation service under `/operations`: get and cancel. Every other path of the server is an unknown route of it. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import { Code, dialect, refuse } from "./CloudDialect.ts"
import { Gate } from "./Gate.ts"
import { Operations } from "./Operations.ts"
import { fallback, shownAs } from "./Routes.ts"

const suffix = ":cancel"

export const layer = HttpRouter.addAll(
  Effect.gen(function* () {
    const operations = yield* Operations
    const gate = yield* Gate

    const get = Effect.fnUntraced(function* (id: string) {
      const shown = yield* operations.show("cloud", id)
      return shown === undefined ? refuse(404, "Operation is not found") : shownAs(dialect, shown)
    })

    const cancel = Effect.fnUntraced(function* (id: string) {
      switch (yield* operations.cancel(id)) {
        case "finished":
          return refuse(400, "Operation is already finished", Code.failedPrecondition)
        case "unsupported":
          return refuse(501, "Operation cannot be cancelled")
        default:
          return yield* get(id)
      }
    })

    const unknownRoute = gate.pass(
      dialect,
      undefined,
      Effect.sync(() => refuse(404, "Not found"))
    )

    // `{id}:cancel` is one path segment, so the router sees it as an id.
    const requested = (method: "GET" | "POST") =>
      Effect.flatMap(HttpRouter.params, ({ segment = "" }) => {
        if (segment.endsWith(suffix)) {
          const id = segment.slice(0, -suffix.length)
          return gate.pass(dialect, { kind: "cancel", id }, cancel(id))
        }
        return method === "GET" ? gate.pass(dialect, { kind: "get", id: segment }, get(segment)) : unknownRoute
      })

    return [
      HttpRouter.route("GET", "/operations/:segment", requested("GET")),
      HttpRouter.route("POST", "/operations/:segment", requested("POST")),
      ...fallback("/*", unknownRoute)
    ]
  })
)

/** The cloud operation service under `/operations`: get and cancel. Every other path of the server is an unknown route of it. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import { Code, dialect, refuse } from "./CloudDialect.ts"
import { Gate } from "./Gate.ts"
import { Operations } from "./Operations.ts"
import * as Routes from "./Routes.ts"
import type { CancelVerb } from "./Script.ts"

const suffix = ":cancel"

/** Cancel is known under both verbs unless a script, or else `cancelVerb`, leaves only one. */
export const layer = (cancelVerb?: CancelVerb) =>
  HttpRouter.addAll(
    Effect.gen(function* () {
      const operations = yield* Operations
      const gate = yield* Gate

      const get = Effect.fnUntraced(function* (id: string) {
        const shown = yield* operations.show("cloud", id)
        return shown === undefined ? refuse(404, "Operation is not found") : Routes.shownAs(dialect, shown)
      })

      const cancel = Effect.fnUntraced(function* (id: string, verb: CancelVerb) {
        if (verb !== (operations.cancelVerb(id) ?? cancelVerb ?? verb)) return unknownRoute()
        switch (yield* operations.cancel(id)) {
          case "finished":
            return refuse(400, "Operation is already finished", Code.failedPrecondition)
          case "unsupported":
            return refuse(501, "Operation cannot be cancelled")
          default:
            return yield* get(id)
        }
      })

      // `{id}:cancel` is one path segment, so the router sees it as an id.
      const requested = (verb: CancelVerb) =>
        Effect.flatMap(HttpRouter.params, ({ segment = "" }) => {
          if (segment.endsWith(suffix)) {
            const id = segment.slice(0, -suffix.length)
            return gate.pass(dialect, { kind: "cancel", id }, cancel(id, verb))
          }
          return verb === "GET" ? gate.pass(dialect, { kind: "get", id: segment }, get(segment)) : wrongVerb
        })

      const wrongVerb = Routes.wrongVerb(gate, dialect, "GET")

      return [
        ...Routes.at(gate, dialect, "/operations/:segment", { GET: requested("GET"), POST: requested("POST") }),
        ...Routes.fallback("/*", gate.pass(dialect, undefined, Effect.sync(unknownRoute)))
      ]
    })
  )

const unknownRoute = () => refuse(404, "Not found")

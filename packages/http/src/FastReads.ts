/**
 * `GET /v1/operations/{source}/{id}` of what the tracker has at hand, before the router and all that comes with it: this is what
 * those who poll ask for, over and over. It only ever gives the answer that the contract's handler would give, byte for byte;
 * whatever is not as plain as that goes on to it, refusals above all, which are counted and worded there.
 */
import { bearer } from "@opwatch/access/Authorization"
import { type Caller, sees } from "@opwatch/access/Caller"
import { operationPath } from "@opwatch/api/Parameters"
import { Operation } from "@opwatch/core/Operation"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Access } from "./Access.ts"
import * as Guard from "./Guard.ts"

/** To be the first of the global middleware: then nothing is done before it. Wherever it stands, the answers are the same. */
export const layer = HttpRouter.middleware(
  Effect.gen(function* () {
    const access = yield* Access
    const tracker = yield* Tracker

    const callerOf = ({ headers }: HttpServerRequest, nowMillis: number): Caller["Service"] | undefined =>
      !access.hasKeys && Guard.refusal(headers) !== undefined
        ? undefined
        : Result.getOrUndefined(access.check(headers["authorization"], bearer, nowMillis))

    const answerTo = (request: HttpServerRequest, nowMillis: number) => {
      const [, ref] = form.exec(request.url) ?? []
      if (ref === undefined || request.method !== "GET" || hasBody(request)) return undefined
      const caller = callerOf(request, nowMillis)
      if (caller?.scopes.has("read") !== true) return undefined
      const operation = tracker.peek(ref)
      return operation !== undefined && sees(caller, operation.source) ? responseOf(operation) : undefined
    }

    return (rest) =>
      Effect.clockWith((clock) =>
        Effect.flatMap(HttpServerRequest, (request) => {
          const answer = answerTo(request, clock.currentTimeMillisUnsafe())
          return answer === undefined ? rest : Effect.as(noteRoute, answer)
        })
      )
  }),
  { global: true }
)

/** With nothing in it that would have to be decoded, and without a query. */
const form = /^\/v1\/operations\/([a-z0-9-]+\/[\w.~-]+)$/

const hasBody = ({ headers }: HttpServerRequest): boolean =>
  headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined

const noteRoute = Effect.annotateCurrentSpan("http.route", operationPath)

const encode = Schema.encodeSync(Operation)

/** An operation never changes; its answer goes with it. */
const responses = new WeakMap<Operation, HttpServerResponse.HttpServerResponse>()

const responseOf = (operation: Operation): HttpServerResponse.HttpServerResponse => {
  const known = responses.get(operation)
  if (known !== undefined) return known
  const text = JSON.stringify(encode(operation))
  const response = HttpServerResponse.text(text, { contentType: "application/json" })
  responses.set(operation, response)
  return response
}

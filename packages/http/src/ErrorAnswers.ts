/**
 * Whatever goes wrong is answered with a problem document: values that are not of their form, unknown routes, and failures
 * that nobody expected, which are logged and told to the client without their details.
 */
import { scrub } from "@opwatch/access/ApiKey"
import {
  BadInput,
  BodyNotJson,
  BodyTooLarge,
  InternalError,
  MethodNotAllowed,
  NotReady,
  RouteNotFound
} from "@opwatch/api/Problems"
import { RequestProblems } from "@opwatch/api/RequestProblems"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ProblemDetails from "effect/http/ProblemDetails"
import type { HttpApiSchemaError } from "effect/http-api/HttpApiError"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as Result from "effect/Result"
import * as SchemaIssue from "effect/SchemaIssue"
import * as AllowedMethods from "./AllowedMethods.ts"
import * as PayloadProblem from "./PayloadProblem.ts"

/** Turns values that the contract does not allow into a `BadInput` that names them. */
export const badInput = HttpApiMiddleware.layerSchemaErrorTransform(RequestProblems, (error) =>
  error.kind === "Body" || error.kind === "ResponseHeaders"
    ? Effect.die(error)
    : error.kind === "Payload"
      ? Effect.fail(new BadInput({ detail: PayloadProblem.describe(error.cause) }))
      : Effect.flatMap(given(error.kind), (values) => Effect.fail(new BadInput({ detail: describe(error, values) })))
)

type Values = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

const given = (kind: HttpApiSchemaError["kind"]): Effect.Effect<Values, never, HttpRouter.Provided> => {
  switch (kind) {
    case "Params":
      return HttpRouter.params
    case "Headers":
      return Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }) => headers)
    default:
      return HttpServerRequest.ParsedSearchParams
  }
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

const describe = ({ cause }: HttpApiSchemaError, values: Values): string =>
  formatIssues(cause.issue)
    .issues.map(({ message, path }) => {
      const name = String(path?.[0] ?? "")
      const value = values[name]
      const place = path?.[1]
      const one = Array.isArray(value) && typeof place === "number" ? value[place] : value
      if (Array.isArray(one)) return `${name} is given more than once`
      return `${name} is ${scrub(JSON.stringify(one) ?? "absent")}: ${message.replace(/^Expected/, "expected")}`
    })
    .join("; ")

/** Gives error answers that have no body one, and refuses paths that could be read in two ways, on every route and beside them. */
export const layer = HttpRouter.middleware(
  (answer) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ url }) =>
      isAmbiguous(url)
        ? HttpServerRespondable.toResponse(
            new BadInput({ detail: `the path of ${scrub(url)} cannot be read: ${pathForm}` })
          )
        : answer
    ).pipe(
      Effect.tapCause((cause) => (isMistake(cause) ? tellFailure(cause) : Effect.void)),
      HttpEffect.withPreResponseHandler((request, response) =>
        response.status === 415 || (response.status >= 400 && response.body._tag === "Empty")
          ? problem(request, response)
          : Effect.succeed(response)
      )
    ),
  { global: true }
)

const tellFailure = (cause: Cause.Cause<unknown>) =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ method, url }) =>
    Effect.annotateLogs(Effect.logError("A request failed", cause), { method, path: scrub(url.split("?")[0] ?? "") })
  )

/** Of the server's, which a body that is too large or breaks off is not. */
const isMistake = (cause: Cause.Cause<unknown>): boolean => {
  const defect = Cause.findDefect(cause)
  if (Result.isFailure(defect)) return false
  return !(HttpServerError.isHttpServerError(defect.success) && defect.success.reason._tag === "RequestParseError")
}

const pathForm = "an id is letters, digits and ._~-, and a % begins a percent-encoded character"

/** The router would cut a path at these characters, and an id in it with it. */
const isAmbiguous = (url: string): boolean => {
  const [path = ""] = url.split("?")
  return /[;#]/.test(path) || Result.isFailure(Result.try(() => decodeURIComponent(path)))
}

const problem = (
  request: HttpServerRequest.HttpServerRequest,
  { status }: HttpServerResponse.HttpServerResponse
): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  switch (status) {
    case 404: {
      const methods = AllowedMethods.of(request.url)
      if (methods.length > 0) return notAllowed(request, methods)
      const detail = `nothing answers ${request.method} ${scrub(request.url)}; /openapi.json has all there is`
      return HttpServerRespondable.toResponse(new RouteNotFound({ detail }))
    }
    case 415:
      return HttpServerRespondable.toResponse(new BodyNotJson({ detail: "send it as application/json" }))
    case 413:
      return HttpServerRespondable.toResponse(new BodyTooLarge({ detail: "send less at once" }))
    case 500:
      return HttpServerRespondable.toResponse(new InternalError({ detail: "the server's log says more" }))
    case 503:
      return stopped
    default:
      return Effect.succeed(ProblemDetails.toResponse({ type: ProblemDetails.blankType, status }))
  }
}

/** To a request that was cut off. */
const stopped = Effect.map(
  HttpServerRespondable.toResponse(
    new NotReady({
      detail: "the server stops, and has no answer yet",
      hint: "what was asked for may happen all the same: ask again"
    })
  ),
  HttpServerResponse.setHeader("retry-after", "1")
)

const notAllowed = ({ method }: HttpServerRequest.HttpServerRequest, methods: ReadonlyArray<string>) => {
  const allow = methods.join(", ")
  return Effect.map(
    HttpServerRespondable.toResponse(
      new MethodNotAllowed({ detail: `${method} is not for this path; it answers ${allow}` })
    ),
    HttpServerResponse.setHeader("allow", allow)
  )
}

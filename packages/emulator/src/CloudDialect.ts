/** The cloud's answers: errors as `{code, message, details}` with a gRPC code, request and trace ids on everything. */
import { randomUUID } from "node:crypto"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { type Dialect, isKnown } from "./Dialect.ts"

export const Code = {
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16
} as const

const codes: Readonly<Record<number, number>> = {
  400: Code.invalidArgument,
  401: Code.unauthenticated,
  403: Code.permissionDenied,
  404: Code.notFound,
  405: Code.unimplemented,
  409: Code.alreadyExists,
  429: Code.resourceExhausted,
  500: Code.internal,
  501: Code.unimplemented,
  503: Code.unavailable,
  504: Code.deadlineExceeded
}

const send = (body: unknown, status: number, requestId: string) => {
  const options = { status, headers: { "x-request-id": requestId, "x-server-trace-id": traceId() } }
  return typeof body === "string"
    ? HttpServerResponse.text(body, { ...options, contentType: "application/json" })
    : HttpServerResponse.jsonUnsafe(body, options)
}

const traceId = () => {
  const [first = "", second = "", third = "", fourth = ""] = randomUUID().replaceAll("-", "").match(/.{8}/g) ?? []
  return `${first}${second}:${third}${fourth}:${first}${second}:1`
}

export const refuse = (
  status: number,
  message: string,
  code: number = codes[status] ?? Code.unknown,
  details: ReadonlyArray<unknown> = []
): HttpServerResponse.HttpServerResponse => {
  const requestId = randomUUID()
  const requestInfo = { "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId }
  return send({ code, message, details: [...details, requestInfo] }, status, requestId)
}

export const badRequest = (field: string, description: string): HttpServerResponse.HttpServerResponse =>
  refuse(400, `Illegal argument: ${field}: ${description}`, Code.invalidArgument, [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field, description }] }
  ])

export const dialect: Dialect = {
  api: "cloud",
  answer: (body, status = 200) => send(body, status, randomUUID()),
  refuse: (status, message) => refuse(status, message),
  refusal: ({ cloud }, { scheme, secret }, isIssued) => {
    if (cloud === undefined) return undefined
    if (scheme === "api-key") return isKnown(cloud.apiKey, secret) ? undefined : refuse(401, "Unknown api key")
    return scheme === "bearer" && (isKnown(cloud.iamToken, secret) || isIssued(secret))
      ? undefined
      : refuse(401, "Token is invalid or has expired.")
  }
}

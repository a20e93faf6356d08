/** Toloka's answers: errors as `{request_id, code, message, payload?}`, an `x-request-id` on everything. */
import { randomUUID } from "node:crypto"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Stream from "effect/Stream"
import { type Dialect, isKnown } from "./Dialect.ts"
import type { FieldErrors } from "./FieldErrors.ts"

const codes: Readonly<Record<number, string>> = {
  400: "VALIDATION_ERROR",
  401: "AUTHENTICATION_ERROR",
  403: "ACCESS_DENIED",
  404: "DOES_NOT_EXIST",
  405: "METHOD_NOT_ALLOWED",
  409: "CONFLICT_STATE",
  429: "TOO_MANY_REQUESTS",
  502: "REMOTE_SERVICE_UNAVAILABLE",
  503: "REMOTE_SERVICE_UNAVAILABLE"
}

const send = (body: unknown, status: number, requestId: string) => {
  const options = { status, headers: { "x-request-id": requestId } }
  return typeof body === "string"
    ? HttpServerResponse.text(body, { ...options, contentType: "application/json" })
    : HttpServerResponse.jsonUnsafe(body, options)
}

export const refuse = (
  status: number,
  message: string,
  code: string = codes[status] ?? "INTERNAL_ERROR",
  payload?: FieldErrors | Readonly<Record<string, FieldErrors>>
): HttpServerResponse.HttpServerResponse => {
  const requestId = randomUUID()
  return send({ request_id: requestId, code, message, payload }, status, requestId)
}

/** The fields are those of the request, or those of each item by its index. */
export const invalid = (fields: FieldErrors | Readonly<Record<string, FieldErrors>>) =>
  refuse(400, "Validation failed", "VALIDATION_ERROR", fields)

/** JSON that goes out as it is made. */
export const streamed = (body: Stream.Stream<Uint8Array>): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.stream(body, { headers: { "x-request-id": randomUUID() }, contentType: "application/json" })

export const dialect: Dialect = {
  api: "toloka",
  answer: (body, status = 200) => send(body, status, randomUUID()),
  refuse: (status, message) => refuse(status, message),
  refusal: ({ toloka }, { scheme, secret }) => {
    if (toloka === undefined) return undefined
    const byScheme = new Map([
      ["oauth", toloka.oauth],
      ["apikey", toloka.apiKey]
    ])
    if (isKnown(byScheme.get(scheme), secret)) return undefined
    if (isKnown(toloka.oauth, secret) || isKnown(toloka.apiKey, secret)) {
      return refuse(403, "Access denied: the credential belongs to another authorization scheme")
    }
    return scheme === "oauth"
      ? refuse(401, "OAuth token is invalid", "OAUTH_AUTHENTICATION_ERROR")
      : refuse(401, secret === "" ? "Authentication is required" : "Authentication failed")
  }
}

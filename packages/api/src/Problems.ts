/**
 * The problems (RFC 9457) that the server answers with. Their `type` never changes: clients tell problems apart by it,
 * never by the wording. A problem is about a request; an operation that failed is no problem but an operation.
 */
import { Scope } from "@opwatch/access/Scope"
import * as Schema from "effect/Schema"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"

export const members = {
  /** What was wrong this time, for people. */
  detail: Schema.String,
  /** The reference it is about. */
  ref: Schema.optionalKey(Schema.String),
  /** The provider's name for it. */
  code: Schema.optionalKey(Schema.String),
  /** What the provider's support asks for. */
  requestId: Schema.optionalKey(Schema.String),
  traceId: Schema.optionalKey(Schema.String),
  /** What can be done about it. */
  hint: Schema.optionalKey(Schema.String)
}

/** A value in the path or the query is not of its form; `detail` names it and says what would be. */
export class BadInput extends HttpApiError.Problem<BadInput>()(
  "BadInput",
  { type: "urn:opwatch:problem:bad-input", status: 400, title: "A value in the request is not of its form" },
  members
) {}

/** Without keys the server answers this machine alone, and no page of another site. */
export class RefusedCaller extends HttpApiError.Problem<RefusedCaller>()(
  "RefusedCaller",
  { type: "urn:opwatch:problem:refused-caller", status: 403, title: "Only callers on this machine are answered" },
  members
) {}

/** The request carries no API key that counts. */
export class Unauthenticated extends HttpApiError.Problem<Unauthenticated>()(
  "Unauthenticated",
  { type: "urn:opwatch:problem:unauthenticated", status: 401, title: "An API key of this server is needed" },
  members
) {}

/** The API key is not for this; `scope` is what it would need. */
export class ScopeMissing extends HttpApiError.Problem<ScopeMissing>()(
  "ScopeMissing",
  { type: "urn:opwatch:problem:scope-missing", status: 403, title: "The API key is not for this" },
  { ...members, scope: Scope }
) {}

/** Too many requests without a key that counts came from the same address; those with one are answered as ever. */
export class TooManyAttempts extends HttpApiError.Problem<TooManyAttempts>()(
  "TooManyAttempts",
  { type: "urn:opwatch:problem:too-many-attempts", status: 429, title: "Too many requests came without an API key" },
  { ...members, retryAfterSeconds: Schema.Int }
) {}

/** The key has as many waits and streams open as it may; once one ends there is room. */
export class TooManyStreams extends HttpApiError.Problem<TooManyStreams>()(
  "TooManyStreams",
  { type: "urn:opwatch:problem:too-many-streams", status: 429, title: "Too many waits and streams are open" },
  { ...members, retryAfterSeconds: Schema.Int }
) {}

export class BodyTooLarge extends HttpApiError.Problem<BodyTooLarge>()(
  "BodyTooLarge",
  { type: "urn:opwatch:problem:body-too-large", status: 413, title: "The body of the request is too large" },
  members
) {}

/** No answer was found in the time that the server gives a request; whatever was asked for may happen all the same. */
export class AnswerTooLate extends HttpApiError.Problem<AnswerTooLate>()(
  "AnswerTooLate",
  { type: "urn:opwatch:problem:answer-too-late", status: 504, title: "No answer was found in time" },
  members
) {}

export class RouteNotFound extends HttpApiError.Problem<RouteNotFound>()(
  "RouteNotFound",
  { type: "urn:opwatch:problem:route-not-found", status: 404, title: "There is no such route" },
  members
) {}

/** The mirror does not answer this in the provider's place, and its source does not let it through. */
export class NotMirrored extends HttpApiError.Problem<NotMirrored>()(
  "NotMirrored",
  { type: "urn:opwatch:problem:not-mirrored", status: 404, title: "This is not answered in the provider's place" },
  members
) {}

/** The path is known, with the methods that the `Allow` header names. */
export class MethodNotAllowed extends HttpApiError.Problem<MethodNotAllowed>()(
  "MethodNotAllowed",
  { type: "urn:opwatch:problem:method-not-allowed", status: 405, title: "The method is not for this path" },
  members
) {}

/** Bodies are JSON, and said to be. */
export class BodyNotJson extends HttpApiError.Problem<BodyNotJson>()(
  "BodyNotJson",
  { type: "urn:opwatch:problem:body-not-json", status: 415, title: "The body is not said to be JSON" },
  members
) {}

/** The caller does not track it; others may. */
export class NotTracked extends HttpApiError.Problem<NotTracked>()(
  "NotTracked",
  { type: "urn:opwatch:problem:not-tracked", status: 404, title: "The operation is not tracked" },
  members
) {}

/** The key tracks as many unfinished operations as it may. */
export class TooManyTracked extends HttpApiError.Problem<TooManyTracked>()(
  "TooManyTracked",
  { type: "urn:opwatch:problem:too-many-tracked", status: 403, title: "The key tracks as much as it may" },
  members
) {}

/** This server sends no webhooks. */
export class WebhooksUnavailable extends HttpApiError.Problem<WebhooksUnavailable>()(
  "WebhooksUnavailable",
  { type: "urn:opwatch:problem:webhooks-unavailable", status: 501, title: "The server sends no webhooks" },
  members
) {}

/** The server's database did not do its part. What was asked for may be stored all the same: ask again. */
export class StoreUnavailable extends HttpApiError.Problem<StoreUnavailable>()(
  "StoreUnavailable",
  { type: "urn:opwatch:problem:store-unavailable", status: 503, title: "The server's store is not available" },
  { ...members, retryAfterSeconds: Schema.Int }
) {}

/** As `StoreUnavailable`, with its pause in the `Retry-After` header as well. */
export const StoreUnavailableResponse = StoreUnavailable.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: StoreUnavailable, headers: { "retry-after": Schema.Int } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "retry-after": body.retryAfterSeconds } })
    }
  )
)

/** The server answers, and does not do all that it is for; `detail` says why. */
export class NotReady extends HttpApiError.Problem<NotReady>()(
  "NotReady",
  { type: "urn:opwatch:problem:not-ready", status: 503, title: "The server is not ready" },
  members
) {}

export class SourceNotFound extends HttpApiError.Problem<SourceNotFound>()(
  "SourceNotFound",
  { type: "urn:opwatch:problem:source-not-found", status: 404, title: "There is no such source" },
  members
) {}

/** The provider knows no such operation, or not under this source; right after a creation this may pass. */
export class OperationNotFound extends HttpApiError.Problem<OperationNotFound>()(
  "OperationNotFound",
  { type: "urn:opwatch:problem:operation-not-found", status: 404, title: "There is no such operation" },
  members
) {}

/** The provider did not recognise the server's credential, or does not let it do this. */
export class CredentialRefused extends HttpApiError.Problem<CredentialRefused>()(
  "CredentialRefused",
  { type: "urn:opwatch:problem:credential-refused", status: 502, title: "The provider refused the credential" },
  { ...members, reason: Schema.optionalKey(Schema.Literals(["Unauthenticated", "Forbidden"])) }
) {}

/** The provider could not be reached, or says that it cannot answer now. */
export class ProviderUnavailable extends HttpApiError.Problem<ProviderUnavailable>()(
  "ProviderUnavailable",
  { type: "urn:opwatch:problem:provider-unavailable", status: 502, title: "The provider did not answer" },
  members
) {}

/** The provider's answer is not what the request asks for, or leads to another host. */
export class AnswerNotUnderstood extends HttpApiError.Problem<AnswerNotUnderstood>()(
  "AnswerNotUnderstood",
  { type: "urn:opwatch:problem:answer-not-understood", status: 502, title: "The provider's answer made no sense" },
  { ...members, reason: Schema.optionalKey(Schema.Literals(["MalformedAnswer", "Redirected"])) }
) {}

/** The provider refused the request as wrong in itself. */
export class RequestRejected extends HttpApiError.Problem<RequestRejected>()(
  "RequestRejected",
  { type: "urn:opwatch:problem:request-rejected", status: 502, title: "The provider rejected the request" },
  members
) {}

/** The provider wants fewer requests. */
export class ProviderThrottled extends HttpApiError.Problem<ProviderThrottled>()(
  "ProviderThrottled",
  { type: "urn:opwatch:problem:provider-throttled", status: 503, title: "The provider wants fewer requests" },
  { ...members, retryAfterSeconds: Schema.Int }
) {}

/** As `ProviderThrottled`, with its pause in the `Retry-After` header as well. */
export const ProviderThrottledResponse = ProviderThrottled.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: ProviderThrottled, headers: { "retry-after": Schema.Int } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "retry-after": body.retryAfterSeconds } })
    }
  )
)

const RetryLater = Schema.Union([ProviderThrottled, StoreUnavailable]).pipe(
  HttpApiSchema.asJson({ contentType: "application/problem+json" }),
  HttpApiSchema.status(503)
)

/** Either, with its pause in the `Retry-After` header as well. */
export const RetryLaterResponse = RetryLater.pipe(
  HttpApiSchema.encodeToWithHeaders(
    { body: RetryLater, headers: { "retry-after": Schema.Int } },
    {
      decode: ({ body }) => body,
      encode: (body) => ({ body, headers: { "retry-after": body.retryAfterSeconds } })
    }
  )
)

/** What stands in the server's configuration for the source cannot be used: as good as a credential that is refused. */
export class SourceMisconfigured extends HttpApiError.Problem<SourceMisconfigured>()(
  "SourceMisconfigured",
  { type: "urn:opwatch:problem:source-misconfigured", status: 502, title: "The source is not configured rightly" },
  members
) {}

/** The provider cannot do this at all, or not with this operation. */
export class Unsupported extends HttpApiError.Problem<Unsupported>()(
  "Unsupported",
  { type: "urn:opwatch:problem:unsupported", status: 501, title: "The provider cannot do that" },
  members
) {}

/** A mistake in the server; its log says more. */
export class InternalError extends HttpApiError.Problem<InternalError>()(
  "InternalError",
  { type: "urn:opwatch:problem:internal-error", status: 500, title: "Something unexpected happened in the server" },
  members
) {}

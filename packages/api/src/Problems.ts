/**
 * The problems (RFC 9457) that the server answers with. Their `type` never changes: clients tell problems apart by it,
 * never by the wording. A problem is about a request; an operation that failed is no problem but an operation.
 */
import * as Schema from "effect/Schema"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"

const members = {
  /** What was wrong this time, for people. */
  detail: Schema.String,
  /** The reference it is about. */
  ref: Schema.optionalKey(Schema.String),
  /** The provider's name for it. */
  code: Schema.optionalKey(Schema.String),
  /** What the provider's support asks for. */
  requestId: Schema.optionalKey(Schema.String),
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

export class RouteNotFound extends HttpApiError.Problem<RouteNotFound>()(
  "RouteNotFound",
  { type: "urn:opwatch:problem:route-not-found", status: 404, title: "There is no such route" },
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
  members
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
  members
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

/** What stands in the server's configuration for the source cannot be used. */
export class SourceMisconfigured extends HttpApiError.Problem<SourceMisconfigured>()(
  "SourceMisconfigured",
  { type: "urn:opwatch:problem:source-misconfigured", status: 500, title: "The source is not configured rightly" },
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

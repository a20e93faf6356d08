/**
 * A request to a provider that failed. An operation that failed is not an error but an `Operation`. There is one class,
 * with its cases in `reason`; whether a poll may be tried again is a property of the reason.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { OperationId, SourceName } from "./Reference.ts"

/** The provider knows no such operation. Right after a creation this may pass. */
export class OperationNotFound extends Schema.TaggedError<OperationNotFound>()("OperationNotFound", {}) {}

/** The credential is missing, expired or not recognised. */
export class Unauthenticated extends Schema.TaggedError<Unauthenticated>()("Unauthenticated", {}) {}

/** The credential was recognised and may not do this. */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {}) {}

/** Too many requests; `retryAfterMillis` is the pause that the provider asked for. */
export class Throttled extends Schema.TaggedError<Throttled>()("Throttled", {
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
}) {}

/** No answer came, or one that says the provider cannot answer now. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
}) {}

/** An answer came and cannot be read as what was asked for. */
export class MalformedAnswer extends Schema.TaggedError<MalformedAnswer>()("MalformedAnswer", {}) {}

/** The provider cannot do this at all, or not with this operation. */
export class Unsupported extends Schema.TaggedError<Unsupported>()("Unsupported", {}) {}

/** The provider refused the request as wrong in itself. */
export class Rejected extends Schema.TaggedError<Rejected>()("Rejected", {}) {}

/** What was asked for makes no sense to this provider; no request was made. */
export class InvalidQuery extends Schema.TaggedError<InvalidQuery>()("InvalidQuery", {}) {}

/** The answer redirects to where credentials must not go; it was not followed. */
export class Redirected extends Schema.TaggedError<Redirected>()("Redirected", {}) {}

/** What stands in the configuration cannot be used for a request: a variable not set, a file not readable. */
export class Misconfigured extends Schema.TaggedError<Misconfigured>()("Misconfigured", {}) {}

export const Reason = Schema.Union([
  OperationNotFound,
  Unauthenticated,
  Forbidden,
  Throttled,
  Unavailable,
  MalformedAnswer,
  Unsupported,
  Rejected,
  InvalidQuery,
  Redirected,
  Misconfigured
])
export type Reason = typeof Reason.Type

export class ProviderError extends Schema.TaggedError<ProviderError>()("ProviderError", {
  source: SourceName,
  id: Schema.optionalKey(OperationId),
  reason: Reason,
  /** The provider's name for it, such as `RESOURCE_EXHAUSTED`. */
  code: Schema.optionalKey(Schema.String),
  message: Schema.String,
  /** What the user can do about it. */
  hint: Schema.optionalKey(Schema.String),
  /** What the provider's support asks for. */
  requestId: Schema.optionalKey(Schema.String),
  traceId: Schema.optionalKey(Schema.String),
  /** The URL of the opwatch server in between, where it is about that server and not about the provider. */
  server: Schema.optionalKey(Schema.String)
}) {
  /** The reference it is about, where it is about one operation. */
  get ref(): string | undefined {
    return this.id === undefined ? undefined : `${this.source}/${this.id}`
  }
}

/** Whether the same poll may succeed later without anybody doing anything. */
export const isRetryable = ({ reason }: ProviderError): boolean =>
  reason._tag === "Throttled" || reason._tag === "Unavailable" || reason._tag === "MalformedAnswer"

/** The least pause that the provider asked for. */
export const retryAfter = ({ reason }: ProviderError): Duration.Duration =>
  reason._tag === "Throttled" || reason._tag === "Unavailable"
    ? Duration.millis(reason.retryAfterMillis ?? 0)
    : Duration.zero

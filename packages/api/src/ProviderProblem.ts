/** How the failure of a request to a provider is told to those who asked the server. */
import { present } from "@opwatch/core/FieldReader"
import type { ProviderError } from "@opwatch/core/ProviderError"
import { retryAfter } from "@opwatch/core/ProviderError"
import type { UnknownSource } from "@opwatch/core/Reference"
import * as Reference from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Problems from "./Problems.ts"

/** All that asking a provider for an operation can come to. */
export const providerProblems = [
  Problems.SourceNotFound,
  Problems.OperationNotFound,
  Problems.CredentialRefused,
  Problems.ProviderUnavailable,
  Problems.AnswerNotUnderstood,
  Problems.RequestRejected,
  Problems.ProviderThrottledResponse,
  Problems.SourceMisconfigured,
  Problems.Unsupported
] as const

/** The same where the server's store has a part in the answer. */
export const providerAndStoreProblems = [
  Problems.SourceNotFound,
  Problems.OperationNotFound,
  Problems.CredentialRefused,
  Problems.ProviderUnavailable,
  Problems.AnswerNotUnderstood,
  Problems.RequestRejected,
  Problems.RetryLaterResponse,
  Problems.SourceMisconfigured,
  Problems.Unsupported
] as const

/** The same as bodies alone. */
export const ProviderProblem = Schema.Union([
  Problems.SourceNotFound,
  Problems.OperationNotFound,
  Problems.CredentialRefused,
  Problems.ProviderUnavailable,
  Problems.AnswerNotUnderstood,
  Problems.RequestRejected,
  Problems.ProviderThrottled,
  Problems.SourceMisconfigured,
  Problems.Unsupported
])
export type ProviderProblem = typeof ProviderProblem.Type

/** What a client is told to wait when the provider named no pause. */
const defaultPause = Duration.seconds(5)

/** The problem of those who asked for this reference. */
export const fromError = (reference: Reference.Reference, error: ProviderError | UnknownSource): ProviderProblem =>
  toProblem(error, { ref: Reference.format(reference) })

/** The problem of those who asked a source for its list. */
export const fromListError = (error: ProviderError | UnknownSource): ProviderProblem | Problems.BadInput =>
  error._tag === "ProviderError" && error.reason._tag === "InvalidQuery"
    ? new Problems.BadInput(membersOf(error))
    : toProblem(error, {})

interface About {
  readonly ref?: string
}

const toProblem = (error: ProviderError | UnknownSource, about: About): ProviderProblem => {
  if (error._tag === "UnknownSource") return new Problems.SourceNotFound({ detail: error.message, ...about })
  const members = { ...membersOf(error), ...about }
  switch (error.reason._tag) {
    case "OperationNotFound":
      return new Problems.OperationNotFound(members)
    case "Unauthenticated":
    case "Forbidden":
      return new Problems.CredentialRefused({ ...members, reason: error.reason._tag })
    case "Throttled":
      return new Problems.ProviderThrottled({ ...members, retryAfterSeconds: pauseOf(error) })
    case "Unavailable":
      return new Problems.ProviderUnavailable(members)
    case "MalformedAnswer":
    case "Redirected":
      return new Problems.AnswerNotUnderstood({ ...members, reason: error.reason._tag })
    case "Rejected":
    case "InvalidQuery":
      return new Problems.RequestRejected(members)
    case "Misconfigured":
      return new Problems.SourceMisconfigured(members)
    case "Unsupported":
      return new Problems.Unsupported(members)
  }
}

const membersOf = ({ code, hint, message, requestId, traceId }: ProviderError) => ({
  detail: message,
  ...present({ code, requestId, traceId, hint })
})

/** Whole seconds, never fewer than the provider asked for. */
const pauseOf = (error: ProviderError): number => {
  const asked = retryAfter(error)
  return Math.ceil(Duration.toSeconds(Duration.isZero(asked) ? defaultPause : asked))
}

/** What Toloka's error bodies mean. */
import * as FieldReader from "@opwatch/core/FieldReader"
import { OperationNotFound, Unauthenticated, Unsupported } from "@opwatch/core/ProviderError"
import type { Reason } from "@opwatch/core/ProviderError"
import type { Refusal } from "@opwatch/rest/Refusal"
import { reasonByStatus, throttled } from "@opwatch/rest/Refusal"
import type { Judgement } from "@opwatch/rest/RestClient"

/** The span of the limit that was met, as the body of a 429 names it, in milliseconds. */
const intervals = new Map([
  ["MIN", 60_000],
  ["HOUR", 3_600_000],
  ["DAY", 86_400_000]
])

/** The limit is over with its span at the latest; a `Retry-After` knows better. */
const pauseOf = ({ body, retryAfterMillis }: Refusal): number | undefined => {
  const payload = FieldReader.isObject(body) ? body["payload"] : undefined
  const interval = FieldReader.isObject(payload) ? payload["interval"] : undefined
  return retryAfterMillis ?? (typeof interval === "string" ? intervals.get(interval) : undefined)
}

/** The code decides where it says more than the status does. */
const reasonOf = (code: string | undefined, refusal: Refusal): Reason => {
  switch (code) {
    case "AUTHENTICATION_ERROR":
    case "OAUTH_AUTHENTICATION_ERROR":
      return new Unauthenticated()
    case "DOES_NOT_EXIST":
      return new OperationNotFound()
    case "TOO_MANY_REQUESTS":
      return throttled(pauseOf(refusal))
    case "OPERATION_LOGS_ARCHIVED":
      return new Unsupported()
    default:
      return reasonByStatus(refusal)
  }
}

/** By code, and by reason where the code has none. */
const hints = new Map<string, string>([
  ["NOT_FOUND", "Toloka has no such address: check the url of this source"],
  ["OPERATION_LOGS_ARCHIVED", "logs are kept for a month; ask the provider's support for older ones"],
  ["Unauthenticated", "check the token, and whether it is an OAuth token or an API key"],
  ["Forbidden", "the credential was recognised; its account may not see this operation"]
])

export const judge = (refusal: Refusal): Judgement => {
  const body = FieldReader.isObject(refusal.body) ? FieldReader.make(refusal.body) : undefined
  const code = body?.text("code")
  const message = body?.text("message")
  const reason = reasonOf(code, refusal)
  return {
    reason,
    code,
    message: message === undefined ? undefined : code === undefined ? message : `${message} (${code})`,
    hint: hints.get(code ?? "") ?? hints.get(reason._tag),
    requestId: body?.text("request_id")
  }
}

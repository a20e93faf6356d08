/** What an answer that is no success means, as far as its status and headers tell. Adapters say more from its body. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as Result from "effect/Result"
import type { Json } from "effect/Schema"
import * as ProviderError from "@opwatch/core/ProviderError"

/** An answer outside 2xx that is no redirect; `body` is absent where it is no JSON. */
export interface Refusal {
  readonly status: number
  readonly body: Json | undefined
  readonly retryAfterMillis: number | undefined
}

/** The pause that `Retry-After` asks for, given in seconds or as a date. */
export const retryAfterMillis = (headers: Headers.Headers, now: number): number | undefined => {
  const header = headers["retry-after"]
  if (header === undefined) return undefined
  const parsed = Headers.parseRetryAfter(header)
  if (Result.isFailure(parsed)) return undefined
  const pause = parsed.success
  const millis =
    pause._tag === "Duration" ? Duration.toMillis(pause.duration) : DateTime.toEpochMillis(pause.dateTime) - now
  return Number.isFinite(millis) ? Math.max(0, millis) : undefined
}

export const throttled = (retryAfterMillis: number | undefined): ProviderError.Throttled =>
  new ProviderError.Throttled(retryAfterMillis === undefined ? {} : { retryAfterMillis })

export const unavailable = (retryAfterMillis: number | undefined): ProviderError.Unavailable =>
  new ProviderError.Unavailable(retryAfterMillis === undefined ? {} : { retryAfterMillis })

/** The reason by HTTP status alone. */
export const reasonByStatus = ({ retryAfterMillis, status }: Refusal): ProviderError.Reason => {
  switch (status) {
    case 401:
      return new ProviderError.Unauthenticated()
    case 403:
      return new ProviderError.Forbidden()
    case 404:
    case 410:
      return new ProviderError.OperationNotFound()
    case 429:
      return throttled(retryAfterMillis)
    case 405:
    case 501:
      return new ProviderError.Unsupported()
    case 408:
      return unavailable(retryAfterMillis)
    default:
      return status >= 500 ? unavailable(retryAfterMillis) : new ProviderError.Rejected()
  }
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Why a redirect is an error. */
export const redirectMessage = (host: string, location: string | undefined): string =>
  `${host} redirects to ${location ?? "nowhere"}; credentials go to the configured host only, so it was not followed`

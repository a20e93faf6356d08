/** A provider's error in three parts: what it comes to, why as the provider or the network says, and what to do about it. */
import * as DurationText from "@opwatch/core/DurationText"
import { type ProviderError, type Reason, retryAfter } from "@opwatch/core/ProviderError"
import * as Duration from "effect/Duration"

export interface RequestFailure {
  readonly message: string
  readonly why: string | undefined
  readonly hint: string | undefined
}

/** Without a reference, the message names the source. */
export const of = (error: ProviderError): RequestFailure => {
  if (error.server !== undefined) return { message: error.message, why: undefined, hint: error.hint }
  const what = meanings[error.reason._tag]
  const message = what ?? error.message
  const about = error.ref !== undefined || message.includes(error.source) ? "" : `${error.source}: `
  return {
    message: `${about}${message}`,
    why: what === undefined ? undefined : error.message,
    hint: error.hint ?? adviceOn(error)
  }
}

/** The reasons that are not here are opwatch's own words already. */
const meanings: Partial<Record<Reason["_tag"], string>> = {
  OperationNotFound: "there is no such operation",
  Unauthenticated: "opwatch is not let in",
  Forbidden: "this is not allowed",
  Throttled: "the provider has had too many requests",
  Unavailable: "the provider is not available",
  MalformedAnswer: "the provider's answer makes no sense",
  Redirected: "the provider's answer leads elsewhere",
  Rejected: "the provider refuses the request"
}

const adviceOn = (error: ProviderError): string | undefined => {
  const doctor = `\`opwatch doctor ${error.source}\``
  switch (error.reason._tag) {
    case "OperationNotFound":
      return "check the id and its source; right after a creation, `opwatch wait --new` is more patient"
    case "Unauthenticated":
    case "Forbidden":
      return `${doctor} checks the credential`
    case "Throttled":
      return `this passes by itself: ask again ${pauseOf(error)}, or let \`opwatch wait\` do so`
    case "Unavailable":
      return `ask again later; ${doctor} finds out what is in the way`
    case "MalformedAnswer":
    case "Redirected":
      return `is it the right host? ${doctor} looks at it`
    default:
      return undefined
  }
}

const pauseOf = (error: ProviderError): string => {
  const pause = retryAfter(error)
  return Duration.isZero(pause) ? "a little later" : `in ${DurationText.format(pause)}`
}

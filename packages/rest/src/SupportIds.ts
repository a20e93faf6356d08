/** What the provider's support asks for, as the headers of an answer tell it. */
import type * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import { present } from "@opwatch/core/FieldReader"
import type { CredentialScrub } from "./CredentialScrub.ts"

export interface Ids {
  readonly requestId?: string
  readonly traceId?: string
}

export const idsOf = (headers: Headers.Headers, scrub: CredentialScrub): Ids => {
  const id = (header: string) => Option.getOrUndefined(Option.map(Option.fromUndefinedOr(headers[header]), scrub.text))
  return present({ requestId: id("x-request-id"), traceId: id("x-server-trace-id") })
}

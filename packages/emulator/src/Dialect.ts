/** How one of the two APIs speaks: its answers, its errors, and whom it lets in. No answer repeats a credential. */
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "./Credentials.ts"
import type { Api } from "./Script.ts"

export interface Dialect {
  readonly api: Api
  /** Text goes out as it is, anything else as JSON. */
  readonly answer: (body: unknown, status?: number) => HttpServerResponse.HttpServerResponse
  /** An error in the shape of the API, with the code that usually goes with the status. */
  readonly refuse: (status: number, message: string) => HttpServerResponse.HttpServerResponse
  /** The refusal, if these credentials are not enough; `isIssued` knows the live tokens that the emulator gave out. */
  readonly refusal: (
    credentials: Credentials,
    authorization: Authorization,
    isIssued: (token: string) => boolean
  ) => HttpServerResponse.HttpServerResponse | undefined
}

/** An `Authorization` header taken apart; both parts are empty when there is none. */
export interface Authorization {
  readonly scheme: string
  readonly secret: string
}

export const parseAuthorization = (header: string | undefined): Authorization => {
  const [scheme = "", secret = ""] = (header ?? "").trim().split(/\s+/, 2)
  return { scheme: scheme.toLowerCase(), secret }
}

export const isKnown = (secrets: ReadonlyArray<Redacted.Redacted<string>> | undefined, secret: string): boolean =>
  (secrets ?? []).some((known) => Redacted.value(known) === secret)

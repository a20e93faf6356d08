/** The value of the `Authorization` header of a request, and what happens when the provider does not recognise it. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { present } from "@opwatch/core/FieldReader"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { TokenSupply } from "./Token.ts"

export interface Authorization {
  /** Asked for at each request; none sends no such header. */
  readonly header: Effect.Effect<Option.Option<Redacted.Redacted<string>>, ProviderError>
  /** Takes note that a header was refused as not recognised; the next `header` may be another. */
  readonly reject: (header: Redacted.Redacted<string>) => Effect.Effect<void>
  /** Where the credential is from, in words that hold no part of it, for those whose credential is refused. */
  readonly place?: string
}

/** Requests without a credential. */
export const none: Authorization = { header: Effect.succeed(Option.none()), reject: () => Effect.void }

/** No request is made: what there is of a credential cannot be used. */
export const unusable = (error: ProviderError): Authorization => ({
  header: Effect.fail(error),
  reject: () => Effect.void
})

/** A token under a scheme, as in `Bearer <token>`; the scheme may follow from the token. */
export const fromToken = (
  schemeOf: (token: Redacted.Redacted<string>) => string,
  { get, reject }: TokenSupply,
  place?: string
): Authorization => ({
  ...present({ place }),
  header: Effect.map(get, (token) => Option.some(Redacted.make(`${schemeOf(token)} ${Redacted.value(token)}`))),
  reject: (header) => reject(withoutScheme(header))
})

/** The credential itself. */
export const withoutScheme = (header: Redacted.Redacted<string>): Redacted.Redacted<string> =>
  Redacted.make(Redacted.value(header).replace(/^\S+ /, ""))

/** Reads the key out of an `Authorization` header. */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** How the server's own clients send it. */
export const bearer: ReadonlyArray<string> = ["bearer"]

/** As `bearer`, and where existing clients of the providers put their own tokens. */
export const anyScheme: ReadonlyArray<string> = ["bearer", "oauth", "apikey", "api-key"]

const form = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+) +([\x21-\x7e]+) *$/

/** What stands after the scheme, if it is one of these, in whatever case; none for a header of any other form. */
export const parse = (
  header: string | undefined,
  schemes: ReadonlyArray<string>
): Option.Option<Redacted.Redacted<string>> => {
  const [, scheme = "", value] = form.exec(header ?? "") ?? []
  return value !== undefined && schemes.includes(scheme.toLowerCase())
    ? Option.some(Redacted.make(value))
    : Option.none()
}

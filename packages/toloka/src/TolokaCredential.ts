/** How a Toloka credential goes on the wire. */
import * as Redacted from "effect/Redacted"

/** `auto` follows the credential's shape; the others are taken at their word. */
export type Kind = "oauth" | "apiKey" | "auto"

/** An API key has exactly two dots, the first of them at index 22 to 24. */
const looksLikeApiKey = (token: string): boolean => /^[^.]{22,24}\.[^.]*\.[^.]*$/.test(token)

/** The scheme that goes before the token in the `Authorization` header. */
export const schemeOf = (kind: Kind, token: Redacted.Redacted<string>): string =>
  kind === "apiKey" || (kind === "auto" && looksLikeApiKey(Redacted.value(token))) ? "ApiKey" : "OAuth"

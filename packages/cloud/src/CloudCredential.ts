/** How a cloud credential goes on the wire. */
import * as Redacted from "effect/Redacted"

export type Kind = "iamToken" | "apiKey"

/** The value of the `Authorization` header. */
export const header = (kind: Kind, token: Redacted.Redacted<string>): Redacted.Redacted<string> =>
  Redacted.make(`${kind === "apiKey" ? "Api-Key" : "Bearer"} ${Redacted.value(token)}`)

/** How a cloud credential goes on the wire. */
import * as Redacted from "effect/Redacted"

/** The scheme of an API key, and of everything else, which is an IAM token by then. */
export const apiKeyScheme = "Api-Key"
export const iamTokenScheme = "Bearer"

/** `t1.` with exactly two dots; an OAuth token otherwise. */
export const isIamToken = (token: Redacted.Redacted<string>): boolean =>
  /^t1\.[^.]+\.[^.]+$/.test(Redacted.value(token))

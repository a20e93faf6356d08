/** The secrets that webhooks are signed with, as of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { createHmac, randomBytes } from "node:crypto"
import { WebhookRefused } from "./WebhookRefused.ts"

export type WebhookSecret = Redacted.Redacted

const prefix = "whsec_"

const refused = Result.fail(
  new WebhookRefused({ reason: "secret", message: `a secret is ${prefix} and 24 to 64 bytes in base64` })
)

export const parse = (text: Redacted.Redacted): Result.Result<WebhookSecret, WebhookRefused> => {
  const value = Redacted.value(text)
  if (!value.startsWith(prefix)) return refused
  const bytes = bytesOf(value)
  const isWhole = bytes.toString("base64") === value.slice(prefix.length)
  return isWhole && bytes.length >= 24 && bytes.length <= 64 ? Result.succeed(text) : refused
}

export const generate = (): WebhookSecret =>
  Redacted.make(`${prefix}${randomBytes(32).toString("base64")}`, { label: "webhook secret" })

export interface Signed {
  readonly id: string
  /** In seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

/** The value of the `webhook-signature` header. */
export const sign = (secret: WebhookSecret, { id, timestamp, body }: Signed): string =>
  `v1,${createHmac("sha256", bytesOf(Redacted.value(secret)))
    .update(`${id}.${timestamp}.${body}`)
    .digest("base64")}`

const bytesOf = (secret: string) => Buffer.from(secret.slice(prefix.length), "base64")

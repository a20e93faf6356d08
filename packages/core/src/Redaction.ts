/** Takes secrets out of what a provider sent, by the names that fields holding secrets have. */
import * as Redacted from "effect/Redacted"
import type { Json } from "effect/Schema"

const secretName =
  /(^|[a-z_-])(secret|secret_?key|password|passwd|passphrase|private_?key|api_?key|jwt|authorization|token)$/i
const harmlessName = /page_?token$/i

const isSecretName = (name: string): boolean => secretName.test(name) && !harmlessName.test(name)

export const placeholder = "<redacted>"

/** The same value with every text under a secret's name replaced, however deep. */
export const redact = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]: [string, Json]) => [
      name,
      isSecretName(name) ? hide(child) : redact(child)
    ])
  )
}

/** An object under a secret's name is looked into instead: an API key has an id that is none. */
const hide = (value: Json): Json =>
  typeof value === "string" ? placeholder : Array.isArray(value) ? value.map(hide) : redact(value)

/** Text without a secret that is known, wherever it stands; short ones would take ordinary words with them. */
export const scrub = (text: string, secret: Redacted.Redacted<string>): string => {
  const value = Redacted.value(secret)
  return value.length < 8 ? text : text.replaceAll(value, placeholder)
}

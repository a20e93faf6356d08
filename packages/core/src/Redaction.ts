/** Takes secrets out of what a provider sent, by the names that fields holding secrets have. */
import type { Json } from "effect/Schema"

const secretName =
  /^(secret|secret_?key|password|passwd|token|private_?key|iam_?token|access_?token|refresh_?token|api_?key|jwt)$/i

export const placeholder = "<redacted>"

/** The same value with every text under a secret's name replaced, however deep. */
export const redact = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]: [string, Json]) => [
      name,
      secretName.test(name) && typeof child === "string" ? placeholder : redact(child)
    ])
  )
}

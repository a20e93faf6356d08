/** What a token looks like, and whether that is what its source wants. Shapes are a hint: the provider has the last word. */
import * as CloudCredential from "@opwatch/cloud/CloudCredential"
import type { ProviderName } from "@opwatch/core/Operation"
import type { Auth } from "@opwatch/sources/Configuration"
import * as TolokaCredential from "@opwatch/toloka/TolokaCredential"
import * as Redacted from "effect/Redacted"

type Kind = Auth["kind"]

export interface Mismatch {
  readonly detail: string
  readonly remedy: string
}

export interface Wanted {
  readonly source: string
  readonly provider: ProviderName
  /** As configured: `auto` takes a token of several kinds. */
  readonly kind: Kind
}

export const mismatchOf = (
  { kind, provider, source }: Wanted,
  token: Redacted.Redacted<string>
): Mismatch | undefined => {
  const { is, need } = wants(provider, kind)
  const looks = looksOf(provider, token)
  if (looks === undefined ? !need : is.includes(looks)) return undefined
  const wanted = is.map((one) => words[one]).join(" or ")
  const seen = looks === undefined ? "it does not look like one" : `it looks like ${words[looks]}`
  const other = looks === undefined || !usable[provider].includes(looks) ? undefined : looks
  const configure = other === undefined ? "" : `, or configure sources.${source}.auth with kind ${other}`
  return { detail: `${wanted} is wanted, and ${seen}`, remedy: `put ${wanted} there${configure}` }
}

interface Wants {
  readonly is: ReadonlyArray<Kind>
  /** Whether it must look like one of them; others have no shape of their own. */
  readonly need: boolean
}

const wants = (provider: ProviderName, kind: Kind): Wants => {
  if (kind === "auto") return { is: provider === "toloka" ? ["oauth", "apiKey"] : ["iamToken", "oauth"], need: false }
  return { is: [kind], need: kind === "iamToken" || kind === "workloadIdentity" }
}

const looksOf = (provider: ProviderName, token: Redacted.Redacted<string>): Kind | undefined => {
  const text = Redacted.value(token)
  if (text.startsWith("{")) return "serviceAccountKey"
  if (CloudCredential.isIamToken(token)) return "iamToken"
  if (/^(y\d_|AQAA|AgAA)/.test(text)) return "oauth"
  if (/^eyJ[^.]*\.[^.]+\.[^.]+$/.test(text)) return "workloadIdentity"
  if (provider === "cloud") return text.startsWith("AQVN") ? "apiKey" : undefined
  return TolokaCredential.schemeOf("auto", token) === "ApiKey" ? "apiKey" : undefined
}

const usable: Record<ProviderName, ReadonlyArray<Kind>> = {
  toloka: ["oauth", "apiKey"],
  cloud: ["iamToken", "oauth", "apiKey"]
}

const words: Record<Kind, string> = {
  none: "nothing",
  auto: "a token",
  oauth: "an OAuth token",
  apiKey: "an API key",
  iamToken: "an IAM token",
  serviceAccountKey: "a service account key",
  metadata: "a token of the metadata service",
  workloadIdentity: "a token of an identity provider (a JWT)"
}

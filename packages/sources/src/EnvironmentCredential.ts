/**
 * Which environment variable authenticates which source, and no other. It holds for sources whose `url` is not
 * configured: a configured host gets its own `auth` and nothing else.
 */
import type { ProviderName } from "@opwatch/core/Operation"
import type { Auth } from "./Configuration.ts"

export type Environment = Readonly<Record<string, string | undefined>>

/** The variables that are looked at for a source, in order; the first one set counts. */
export const variables = (
  source: string,
  provider: ProviderName,
  environment: Environment
): ReadonlyArray<readonly [variable: string, kind: Auth["kind"]]> => [
  [`OPWATCH_${source.toUpperCase().replaceAll("-", "_")}_TOKEN`, "auto"],
  ...(source === "toloka" ? ([["TOLOKA_TOKEN", "auto"]] as const) : []),
  ...(provider === "cloud" && isForVendorVariables(source, environment) ? vendorVariables : [])
]

const vendorVariables = [
  ["YC_IAM_TOKEN", "iamToken"],
  ["YC_TOKEN", "auto"],
  ["YC_API_KEY", "apiKey"]
] as const

/** `YC_*` belong to one installation: the Russian one, unless `YC_ENDPOINT` names the other. */
const isForVendorVariables = (source: string, environment: Environment): boolean =>
  /\byandexcloud\.kz\b/.test(environment["YC_ENDPOINT"] ?? "")
    ? source === "cloud-kz"
    : source === "cloud" || source === "cloud-ai"

/** The auth of a source that has none configured. */
export const find = (source: string, provider: ProviderName, environment: Environment): Auth | undefined => {
  const found = variables(source, provider, environment).find(([variable]) => (environment[variable] ?? "") !== "")
  return found === undefined ? undefined : { kind: found[1], tokenEnv: found[0] }
}

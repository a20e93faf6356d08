/**
 * Which environment variable authenticates which source, and no other. It holds for sources whose `url` is not
 * configured: a configured host gets its own `auth` and nothing else.
 */
import type { ProviderName } from "@opwatch/core/Operation"
import type { Auth } from "./Configuration.ts"

export type Environment = Readonly<Record<string, string | undefined>>

export interface Variable {
  readonly variable: string
  readonly auth: Auth
}

/** The variables that are looked at for a source, in order; the first one set counts. */
export const variables = (
  source: string,
  provider: ProviderName,
  environment: Environment
): ReadonlyArray<Variable> => {
  const own = `OPWATCH_${source.toUpperCase().replaceAll("-", "_")}`
  return [
    token(`${own}_TOKEN`, "auto"),
    ...(provider === "cloud" ? [key(`${own}_KEY_FILE`)] : []),
    ...(source === "toloka" ? [token("TOLOKA_TOKEN", "auto")] : []),
    ...(provider === "cloud" && isForVendorVariables(source, environment) ? vendorVariables : [])
  ]
}

const token = (variable: string, kind: Auth["kind"]): Variable => ({ variable, auth: { kind, tokenEnv: variable } })

const key = (variable: string): Variable => ({ variable, auth: { kind: "serviceAccountKey", keyEnv: variable } })

const vendorVariables: ReadonlyArray<Variable> = [
  token("YC_IAM_TOKEN", "iamToken"),
  token("YC_TOKEN", "auto"),
  key("YC_SERVICE_ACCOUNT_KEY_FILE"),
  token("YC_API_KEY", "apiKey")
]

/** `YC_*` belong to one installation: the Russian one, unless `YC_ENDPOINT` names the other. */
const isForVendorVariables = (source: string, environment: Environment): boolean =>
  /\byandexcloud\.kz\b/.test(environment["YC_ENDPOINT"] ?? "")
    ? source === "cloud-kz"
    : source === "cloud" || source === "cloud-ai"

/** The auth of a source that has none configured. */
export const find = (source: string, provider: ProviderName, environment: Environment): Auth | undefined =>
  variables(source, provider, environment).find(({ variable }) => (environment[variable] ?? "") !== "")?.auth

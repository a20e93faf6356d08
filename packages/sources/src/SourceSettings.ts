/** Puts together what is built in, configured and in the environment into a source with nothing left to decide. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Installation from "@opwatch/cloud/Installation"
import * as DurationText from "@opwatch/core/DurationText"
import { isLoopback } from "@opwatch/core/Loopback"
import * as Mirror from "@opwatch/core/Mirror"
import type { ProviderName } from "@opwatch/core/Operation"
import type { SourceName } from "@opwatch/core/Reference"
import type { RateLimit } from "@opwatch/rest/Traffic"
import * as AuthForm from "./AuthForm.ts"
import { type BuiltinSource, builtinSources } from "./BuiltinSources.ts"
import type { Auth, RateLimit as ConfiguredRate, Source } from "./Configuration.ts"
import { ConfigurationError } from "./ConfigurationError.ts"
import * as EnvironmentCredential from "./EnvironmentCredential.ts"

export interface SourceSettings {
  readonly name: SourceName
  readonly provider: ProviderName
  readonly url: string
  readonly formerUrls: ReadonlyArray<string>
  /** Absent where nothing at all is known of a credential. */
  readonly auth: Auth | undefined
  readonly rateLimit: RateLimit
  /** How much of the rate limit polls may take. */
  readonly pollBudget: RateLimit
  readonly mirror: Mirror.MirrorSettings
  readonly iamUrl: string
  readonly authUrl: string
  readonly metadataUrl: string
  /** Absent where there is no discovery: all services are at `url`. */
  readonly endpointsUrl: string | undefined
}

export interface SettleOptions {
  readonly name: SourceName
  readonly source: Source
  readonly environment: EnvironmentCredential.Environment
  /** Where the configuration stands, for messages. */
  readonly path: string
}

export const settle = Effect.fnUntraced(function* ({ environment, name, path, source }: SettleOptions) {
  const invalid = (field: string, message: string) =>
    new ConfigurationError({ message: `${path}: sources.${name}.${field}: ${message}` })
  const builtin: BuiltinSource | undefined = builtinSources[name]
  const provider = source.provider ?? builtin?.provider
  if (provider === undefined) return yield* invalid("provider", "is missing; it is toloka or cloud")
  const sameProvider = builtin?.provider === provider ? builtin : undefined
  const url = source.url ?? sameProvider?.url
  if (url === undefined) return yield* invalid("url", "is missing; a source of one's own needs its base URL")
  const { auth = isAllBuiltin(source) ? EnvironmentCredential.find(name, provider, environment) : noAuth } = source
  const rateLimit = rateLimitOf(source, builtin)
  const pollBudget = pollBudgetOf(source, rateLimit)
  if (perSecond(pollBudget) > perSecond(rateLimit)) {
    return yield* invalid("pollBudget", `${inWords(pollBudget)} is more than the rate limit, ${inWords(rateLimit)}`)
  }
  const installation = Installation.ofUrl(url)
  const settings: SourceSettings = {
    name,
    provider,
    url: withoutSlash(url),
    formerUrls: sameProvider?.formerUrls ?? [],
    auth,
    rateLimit,
    pollBudget,
    mirror: mirrorOf(source),
    iamUrl: withoutSlash(source.iamUrl ?? installation?.iamUrl ?? ""),
    authUrl: withoutSlash(source.authUrl ?? installation?.authUrl ?? ""),
    metadataUrl: withoutSlash(source.metadataUrl ?? Installation.metadataUrl),
    endpointsUrl: source.endpointsUrl ?? installation?.endpointsUrl
  }
  if (auth === undefined) return settings
  const problem = AuthForm.problemOf(auth, settings)
  if (problem !== undefined) return yield* invalid(problem.field, problem.message)
  for (const [field, target] of Object.entries({ url, ...secretUrls(settings, source) })) {
    if (auth.kind !== "none" && source.insecure !== true && !keepsSecrets(target)) {
      return yield* invalid(
        field,
        `${target} would carry the credential in the clear; use https, or say insecure: true`
      )
    }
  }
  return settings
})

/** A host that is configured, be it for tokens or for discovery, gets no credential from the environment. */
const isAllBuiltin = ({ authUrl, endpointsUrl, iamUrl, url }: Source): boolean =>
  [url, iamUrl, authUrl, endpointsUrl].every((configured) => configured === undefined)

const noAuth: Auth = { kind: "none" }

const withoutSlash = (url: string): string => url.replace(/\/+$/, "")

const rateLimitOf = ({ rateLimit }: Source, builtin: BuiltinSource | undefined): RateLimit =>
  rateOf(rateLimit ?? { requests: builtin?.requestsPerSecond ?? 20, per: "1s" })

/** A fifth of the rate limit is left for what else is asked of the source. */
const pollBudgetOf = ({ pollBudget }: Source, { per, requests }: RateLimit): RateLimit =>
  pollBudget === undefined ? { requests: (4 * requests) / 5, per } : rateOf(pollBudget)

const rateOf = ({ per, requests }: typeof ConfiguredRate.Type): RateLimit => ({
  requests,
  per: Option.getOrElse(DurationText.parse(per), () => Duration.seconds(1))
})

const inWords = ({ per, requests }: RateLimit): string => `${requests} in ${DurationText.format(per)}`

/** Requests a second. */
export const perSecond = ({ per, requests }: RateLimit): number => (1_000 * requests) / Duration.toMillis(per)

const mirrorOf = ({ mirror: { maxAge = "", passThrough } = {} }: Source): Mirror.MirrorSettings => ({
  maxAge: Option.getOrElse(DurationText.parse(maxAge), () => Mirror.defaultSettings.maxAge),
  passThrough: passThrough ?? Mirror.defaultSettings.passThrough
})

/** Those of the configured URLs, besides the source's own, that secrets are sent to. */
const secretUrls = ({ auth }: SourceSettings, { authUrl, endpointsUrl, iamUrl }: Source): Record<string, string> => ({
  ...(AuthForm.usesIam(auth) && iamUrl !== undefined ? { iamUrl } : {}),
  ...(auth?.kind === "workloadIdentity" && authUrl !== undefined ? { authUrl } : {}),
  ...(endpointsUrl === undefined ? {} : { endpointsUrl })
})

/** Over https, or not leaving this machine. */
const keepsSecrets = (url: string): boolean => {
  const { hostname, protocol } = new URL(url)
  return protocol === "https:" || isLoopback(hostname)
}

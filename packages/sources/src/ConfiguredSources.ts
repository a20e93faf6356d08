/** The `Sources` port from configuration and environment: the built-in sources, those that a file adds, and overrides. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Cloud from "@opwatch/cloud/Cloud"
import * as CloudCredential from "@opwatch/cloud/CloudCredential"
import * as DurationText from "@opwatch/core/DurationText"
import type { ProviderName } from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { Misconfigured, ProviderError, Unauthenticated } from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import type { Authorization, RateLimit } from "@opwatch/rest/RestClient"
import * as Toloka from "@opwatch/toloka/Toloka"
import * as TolokaCredential from "@opwatch/toloka/TolokaCredential"
import { type BuiltinSource, builtinSources } from "./BuiltinSources.ts"
import type { Auth, Source } from "./Configuration.ts"
import { ConfigurationError } from "./ConfigurationError.ts"
import * as ConfigurationFile from "./ConfigurationFile.ts"
import * as EnvironmentCredential from "./EnvironmentCredential.ts"
import * as Token from "./Token.ts"

export interface ConfiguredSourcesOptions {
  /** The path of the configuration file, where the user gave one. */
  readonly config: string | undefined
  readonly environment: EnvironmentCredential.Environment
}

/** Fails on a configuration that is wrong; a credential that is missing fails the requests of its source only. */
export const layer = (options: ConfiguredSourcesOptions) => Layer.effect(Sources, make(options))

const make = Effect.fnUntraced(function* ({ config, environment }: ConfiguredSourcesOptions) {
  const { configuration, path } = yield* ConfigurationFile.load(config, environment)
  const fileSystem = yield* FileSystem.FileSystem
  const configured = configuration.sources ?? {}
  const names = [...new Set([...Object.keys(builtinSources), ...Object.keys(configured)])]
  const providers = yield* Effect.forEach(names, (text) => {
    const name = SourceName.make(text)
    return Effect.flatMap(settle(name, configured[name] ?? {}, environment, path ?? "the configuration"), (settled) =>
      build(settled, environment, fileSystem)
    )
  })
  return new Map(providers.map((provider) => [provider.source, provider] as const))
})

/** A source with nothing left to decide. */
interface Settled {
  readonly name: SourceName
  readonly provider: ProviderName
  readonly url: string
  readonly formerUrls: ReadonlyArray<string>
  readonly auth: Auth | undefined
  readonly rateLimit: RateLimit
}

const kindsOf: Record<ProviderName, ReadonlyArray<Auth["kind"]>> = {
  toloka: ["oauth", "apiKey", "auto", "none"],
  cloud: ["iamToken", "apiKey", "auto", "none"]
}

const settle = Effect.fnUntraced(function* (
  name: SourceName,
  source: Source,
  environment: EnvironmentCredential.Environment,
  path: string
) {
  const invalid = (field: string, message: string) =>
    new ConfigurationError({ message: `${path}: sources.${name}.${field}: ${message}` })
  const builtin: BuiltinSource | undefined = builtinSources[name]
  const provider = source.provider ?? builtin?.provider
  if (provider === undefined) return yield* invalid("provider", "is missing; it is toloka or cloud")
  const sameProvider = builtin?.provider === provider ? builtin : undefined
  const url = source.url ?? sameProvider?.url
  if (url === undefined) return yield* invalid("url", "is missing; a source of one's own needs its base URL")
  const { auth = source.url === undefined ? EnvironmentCredential.find(name, provider, environment) : noAuth } = source
  if (auth !== undefined) {
    const kinds = kindsOf[provider]
    if (!kinds.includes(auth.kind)) {
      return yield* invalid("auth.kind", `"${auth.kind}" is not for ${provider}; it is one of ${kinds.join(", ")}`)
    }
    const places = [auth.tokenEnv, auth.tokenFile].filter((place) => place !== undefined).length
    if (auth.kind === "none" ? places > 0 : places !== 1) {
      return yield* invalid(
        "auth",
        auth.kind === "none" ? "kind none takes no token" : `kind ${auth.kind} takes one of tokenEnv and tokenFile`
      )
    }
    if (auth.kind !== "none" && source.insecure !== true && !keepsSecrets(url)) {
      return yield* invalid("url", `${url} would carry the credential in the clear; use https, or say insecure: true`)
    }
  }
  return {
    name,
    provider,
    url: url.replace(/\/+$/, ""),
    formerUrls: sameProvider?.formerUrls ?? [],
    auth,
    rateLimit: rateLimitOf(source, builtin)
  } satisfies Settled
})

const noAuth: Auth = { kind: "none" }

const rateLimitOf = ({ rateLimit }: Source, builtin: BuiltinSource | undefined): RateLimit => ({
  requests: rateLimit?.requests ?? builtin?.requestsPerSecond ?? 20,
  per: Option.getOrElse(DurationText.parse(rateLimit?.per ?? "1s"), () => Duration.seconds(1))
})

/** Over https, or not leaving this machine. */
const keepsSecrets = (url: string): boolean => {
  const { hostname, protocol } = new URL(url)
  return protocol === "https:" || hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname)
}

const build = (settled: Settled, environment: EnvironmentCredential.Environment, fileSystem: FileSystem.FileSystem) => {
  const options = { ...settled, source: settled.name, authorization: authorizationOf(settled, environment, fileSystem) }
  const provider: Effect.Effect<Provider, never, Effect.Services<ReturnType<typeof Toloka.make>>> = settled.provider ===
  "toloka"
    ? Toloka.make(options)
    : Cloud.make(options)
  return provider
}

const authorizationOf = (
  { auth, name, provider }: Settled,
  environment: EnvironmentCredential.Environment,
  fileSystem: FileSystem.FileSystem
): Authorization => {
  if (auth === undefined) return Effect.fail(noCredential(name, provider, environment))
  const { kind } = auth
  if (kind === "none") return Effect.succeed(Option.none())
  const token = Token.make(name, auth, environment, fileSystem)
  return Effect.map(
    provider === "toloka"
      ? Effect.map(token, (value) => TolokaCredential.header(isTolokaKind(kind) ? kind : "auto", value))
      : Effect.flatMap(token, (value) => cloudHeader(name, kind, value)),
    Option.some
  )
}

const isTolokaKind = Schema.is(Schema.Literals(["oauth", "apiKey", "auto"]))

const cloudHeader = (source: SourceName, kind: Auth["kind"], token: Redacted.Redacted<string>) => {
  if (kind === "apiKey") return Effect.succeed(CloudCredential.header("apiKey", token))
  if (kind === "iamToken" || /^t1\.[^.]+\.[^.]+$/.test(Redacted.value(token))) {
    return Effect.succeed(CloudCredential.header("iamToken", token))
  }
  return Effect.fail(
    new ProviderError({
      source,
      reason: new Misconfigured(),
      message: `source ${source}: the token is no IAM token (t1.….…)`,
      hint: "exchange an OAuth token for an IAM token first, with `yc iam create-token`"
    })
  )
}

const noCredential = (source: SourceName, provider: ProviderName, environment: EnvironmentCredential.Environment) => {
  const names = EnvironmentCredential.variables(source, provider, environment).map(([variable]) => variable)
  return new ProviderError({
    source,
    reason: new Unauthenticated(),
    message: `there is no credential for source ${source}`,
    hint: `set ${names.join(" or ")}, or configure sources.${source}.auth`
  })
}

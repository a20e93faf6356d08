/** A configured source, to be checked as it would be used. */
import { isLoopback } from "@opwatch/core/Loopback"
import type { Provider } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import { OperationId } from "@opwatch/core/Reference"
import * as DurationText from "@opwatch/core/DurationText"
import type { Authorization } from "@opwatch/rest/Authorization"
import type { IssuedToken } from "@opwatch/rest/Token"
import * as ConfiguredSources from "@opwatch/sources/ConfiguredSources"
import type { Environment } from "@opwatch/sources/EnvironmentCredential"
import { originOf, type SettledSource } from "@opwatch/sources/SettledSources"
import * as SourceAuthorization from "@opwatch/sources/SourceAuthorization"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Credential from "./Credential.ts"
import type { Subject } from "./Doctor.ts"
import { ofProviderError } from "./ProviderTrouble.ts"
import type { Finding, Trouble } from "./Step.ts"

/** Of the form that ids have, and nobody's. */
const nobodysId = OperationId.make("opwatchdoctor0000000")

/** `path` is that of the configuration file. */
export const make = Effect.fnUntraced(function* (
  source: SettledSource,
  path: string | undefined,
  environment: Environment
) {
  const { auth, name, url } = source.settings
  let issued: IssuedToken | undefined
  const authorization = yield* SourceAuthorization.make(source.settings, environment, (token) =>
    Effect.sync(() => void (issued = token))
  )
  const provider = yield* ConfiguredSources.provider(source.settings, authorization)
  return {
    name,
    url,
    probe: `${url}/operations/${nobodysId}`,
    setting: source.configured?.url === undefined ? undefined : `sources.${name}.url`,
    configuration: configurationOf(source, path),
    credential: Credential.check(source, environment),
    token: tokenOf(authorization, () => issued),
    access: accessTo(provider, auth?.kind === "none"),
    signs: auth?.kind === "serviceAccountKey"
  } satisfies Subject<unknown>
})

const configurationOf = (source: SettledSource, path: string | undefined): Finding<void> => {
  const { auth, url } = source.settings
  const { hostname, protocol } = new URL(url)
  const isInClear = auth !== undefined && auth.kind !== "none" && protocol === "http:" && !isLoopback(hostname)
  return {
    detail: `${originOf(source, path)}: ${url}${isInClear ? "; the credential goes there in the clear" : ""}`,
    remedy: isInClear ? "use https, and take insecure: true away" : undefined,
    value: undefined
  }
}

/** Whether the credential gives a token, and whether one was issued for it, as `issued` then tells. */
const tokenOf = Effect.fnUntraced(function* ({ header }: Authorization, issued: () => IssuedToken | undefined) {
  yield* Effect.mapError(header, (error) => ofProviderError(error))
  const { expiresAt } = issued() ?? {}
  if (expiresAt === undefined) return { detail: "it stands where it is", value: false } satisfies Finding<boolean>
  const life = Duration.millis(expiresAt - (yield* Clock.currentTimeMillis))
  return { detail: `issued, and used for ${DurationText.format(life)} at most`, value: true } satisfies Finding<boolean>
})

/** The least that can be asked for: a list of one, or an operation that is not there. */
const accessTo = (provider: Provider, isOpen: boolean): Effect.Effect<Finding<void>, Trouble> => {
  const ask = provider.name === "toloka" ? Stream.runDrain(provider.list({ limit: 1 })) : provider.get(nobodysId)
  return ask.pipe(
    Effect.as("let in"),
    Effect.catchIf(isNobodys, () => Effect.succeed("let in; nobody has the operation asked for, as it should be")),
    Effect.map((detail) => ({ detail, value: undefined })),
    Effect.mapError((error) =>
      ofProviderError(error, isOpen && wantsCredential(error) ? configure(provider) : undefined)
    )
  )
}

const wantsCredential = ({ reason }: ProviderError): boolean => reason._tag === "Unauthenticated"

const configure = ({ source }: Provider): string => `it wants a credential: configure sources.${source}.auth`

/** The API's own word for it, not that of a server which has no such address. */
const isNobodys = ({ code, reason }: ProviderError): boolean =>
  reason._tag === "OperationNotFound" && code === "NOT_FOUND"

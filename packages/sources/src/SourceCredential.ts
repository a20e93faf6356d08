/** Which credential a source will use, where that is, and whether it is there; never any part of it. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Redacted from "effect/Redacted"
import * as CloudCredential from "@opwatch/cloud/CloudCredential"
import { present } from "@opwatch/core/FieldReader"
import * as TolokaCredential from "@opwatch/toloka/TolokaCredential"
import type { Auth } from "./Configuration.ts"
import * as CredentialPlace from "./CredentialPlace.ts"
import * as EnvironmentCredential from "./EnvironmentCredential.ts"
import * as Secret from "./Secret.ts"
import type { SettledSource } from "./SettledSources.ts"
import * as SourceAuthorization from "./SourceAuthorization.ts"
import type { SourceSettings } from "./SourceSettings.ts"

export interface SourceCredential {
  /** What it goes as: `auto` only as long as the token cannot be seen. */
  readonly kind: Auth["kind"]
  /** As in `the variable TOLOKA_TOKEN`; absent where no credential is used. */
  readonly place?: string
  /** Whether something stands there now; absent where one would have to run a command or to ask the metadata service. */
  readonly found?: boolean
  /** Why it cannot be used, or what surprises people about it. */
  readonly problem?: string
  readonly remedy?: string
}

/** Reads the place, runs no command and makes no request. */
export const describe = Effect.fnUntraced(function* (
  { configured, settings }: SettledSource,
  environment: EnvironmentCredential.Environment
): Effect.fn.Return<SourceCredential, never, FileSystem.FileSystem> {
  const { auth, name: source } = settings
  const none: SourceCredential = { kind: "none" }
  if (auth === undefined) {
    const { hint } = SourceAuthorization.noCredential(settings, environment)
    return { ...none, problem: "there is no credential", ...present({ remedy: hint }) }
  }
  if (auth.kind === "none") {
    return configured?.auth === undefined ? { ...none, ...unused(settings, environment) } : none
  }
  const options = { source, environment, fileSystem: yield* FileSystem.FileSystem }
  const place = CredentialPlace.of(auth, options)
  const there = { kind: auth.kind, place: place.words }
  if (!("secret" in place)) return there
  return yield* Effect.match(place.secret, {
    onSuccess: (secret) => ({ ...there, kind: kindOf(settings, auth, secret), found: true }),
    onFailure: (error) => ({
      ...there,
      found: false,
      problem: Secret.problemOf(error),
      remedy: remedyFor(settings)
    })
  })
})

/** What to do where the place holds nothing that can be used. */
const remedyFor = ({ name }: SourceSettings): string => `put the credential there, or configure sources.${name}.auth`

/** The kind that `auto` comes to for this token. */
const kindOf = ({ provider }: SourceSettings, { kind }: Auth, secret: Redacted.Redacted<string>): Auth["kind"] => {
  if (kind !== "auto") return kind
  if (provider === "cloud") return CloudCredential.isIamToken(secret) ? "iamToken" : "oauth"
  return TolokaCredential.schemeOf(kind, secret) === "ApiKey" ? "apiKey" : "oauth"
}

/** A variable that would serve the source, had it no address of its own. */
const unused = ({ name, provider }: SourceSettings, environment: EnvironmentCredential.Environment) => {
  const auth = EnvironmentCredential.find(name, provider, environment)
  if (auth === undefined) return {}
  const variable = auth.tokenEnv ?? auth.keyEnv
  return {
    problem: `the variable ${variable} is set and not used: a source with a url of its own takes no credential from the environment`,
    remedy: `if it is meant for that host, configure sources.${name}.auth`
  }
}

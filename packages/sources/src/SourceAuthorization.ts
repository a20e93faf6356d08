/** Builds the `Authorization` of a source: where its token comes from, and under which scheme it goes. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as CloudCredential from "@opwatch/cloud/CloudCredential"
import * as IamService from "@opwatch/cloud/IamService"
import * as MetadataService from "@opwatch/cloud/MetadataService"
import * as WorkloadIdentity from "@opwatch/cloud/WorkloadIdentity"
import { ProviderError, Unauthenticated } from "@opwatch/core/ProviderError"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Token from "@opwatch/rest/Token"
import * as TolokaCredential from "@opwatch/toloka/TolokaCredential"
import type { Auth } from "./Configuration.ts"
import * as EnvironmentCredential from "./EnvironmentCredential.ts"
import * as Secret from "./Secret.ts"
import type { SourceSettings } from "./SourceSettings.ts"
import * as TokenCommand from "./TokenCommand.ts"

export const make = Effect.fnUntraced(function* (
  settings: SourceSettings,
  environment: EnvironmentCredential.Environment
) {
  const { auth, name: source } = settings
  if (auth === undefined) return Authorization.unusable(noCredential(settings, environment))
  if (auth.kind === "none") return Authorization.none
  if (settings.provider === "toloka") {
    const kind = auth.kind === "oauth" || auth.kind === "apiKey" ? auth.kind : "auto"
    const supply = yield* tokenSupply(source, auth, environment)
    return Authorization.fromToken((token) => TolokaCredential.schemeOf(kind, token), supply)
  }
  const supply = yield* cloudSupply(settings, auth, environment)
  const scheme = auth.kind === "apiKey" ? CloudCredential.apiKeyScheme : CloudCredential.iamTokenScheme
  return Authorization.fromToken(() => scheme, supply)
})

type Source = SourceSettings["name"]

/** The token that stands where `auth` says, or that its command prints. */
const tokenSupply = Effect.fnUntraced(function* (
  source: Source,
  { tokenCommand, tokenEnv = "", tokenFile }: Auth,
  environment: EnvironmentCredential.Environment
) {
  if (tokenCommand !== undefined) {
    return yield* Token.cached(TokenCommand.issuer(source, tokenCommand, yield* ChildProcessSpawner))
  }
  const where = tokenFile === undefined ? `the variable ${tokenEnv}` : `tokenFile ${tokenFile}`
  const secret =
    tokenFile === undefined
      ? Secret.fromVariable(source, "tokenEnv", tokenEnv, environment)
      : Secret.fromFile(source, where, tokenFile, yield* FileSystem.FileSystem)
  return Token.standing(Secret.asToken(source, where, secret))
})

const cloudSupply = Effect.fnUntraced(function* (
  settings: SourceSettings,
  auth: Auth,
  environment: EnvironmentCredential.Environment
) {
  const { authUrl, iamUrl, metadataUrl, name: source } = settings
  switch (auth.kind) {
    case "metadata":
      return yield* Token.cached(yield* MetadataService.make(source, metadataUrl))
    case "serviceAccountKey": {
      const iam = yield* IamService.make(source, iamUrl)
      const key = yield* keyOf(source, auth, environment)
      return yield* Token.cached(Effect.flatMap(key, iam.fromServiceAccountKey))
    }
    case "workloadIdentity": {
      const { serviceAccountId = "" } = auth
      const exchange = yield* WorkloadIdentity.make({ source, authUrl, serviceAccountId })
      const subject = yield* tokenSupply(source, auth, environment)
      return yield* Token.cached(Token.exchanged(subject, exchange))
    }
    case "oauth":
    case "auto": {
      const standing = yield* tokenSupply(source, auth, environment)
      const iam = yield* IamService.make(source, iamUrl)
      const exchanged = yield* Token.cached(Token.exchanged(standing, (token) => exchange(settings, iam, token)))
      return auth.kind === "oauth" ? exchanged : eitherBy(standing, exchanged)
    }
    default:
      return yield* tokenSupply(source, auth, environment)
  }
})

/** An IAM token goes as it is; anything else is an OAuth token and is exchanged. */
const eitherBy = (standing: Token.TokenSupply, exchanged: Token.TokenSupply): Token.TokenSupply => ({
  get: Effect.flatMap(standing.get, (token) =>
    CloudCredential.isIamToken(token) ? Effect.succeed(token) : exchanged.get
  ),
  reject: (token) => Effect.andThen(standing.reject(token), exchanged.reject(token))
})

const exchange = (
  { iamUrl, name: source }: SourceSettings,
  iam: Effect.Success<ReturnType<typeof IamService.make>>,
  token: Redacted.Redacted<string>
) =>
  iamUrl === ""
    ? Effect.fail(
        Secret.misconfigured(source, "the token is no IAM token, and without iamUrl an OAuth token cannot be exchanged")
      )
    : Effect.andThen(endIsAnnounced, iam.fromOauthToken(token))

/** Said at the first exchange of a process, and not again. */
let said = false
const endIsAnnounced = Effect.suspend(() => {
  if (said) return Effect.void
  said = true
  return Effect.logWarning(
    "OAuth tokens are announced to stop working with Yandex Cloud in late 2026: move to a service account key or workload identity"
  )
})

/** The JSON of a service account's key: in a file, or in a variable that holds it or a path, so its value is never shown. */
const keyOf = Effect.fnUntraced(function* (
  source: Source,
  { keyEnv, keyFile }: Auth,
  environment: EnvironmentCredential.Environment
) {
  const fileSystem = yield* FileSystem.FileSystem
  if (keyFile !== undefined) return Secret.fromFile(source, `keyFile ${keyFile}`, keyFile, fileSystem)
  return Effect.flatMap(Secret.fromVariable(source, "keyEnv", keyEnv ?? "", environment), (text) =>
    Redacted.value(text).startsWith("{")
      ? Effect.succeed(text)
      : Secret.fromFile(source, `the file that the variable ${keyEnv} names`, Redacted.value(text), fileSystem)
  )
})

const noCredential = (
  { name: source, provider }: SourceSettings,
  environment: EnvironmentCredential.Environment
): ProviderError => {
  const names = EnvironmentCredential.variables(source, provider, environment).map(({ variable }) => variable)
  return new ProviderError({
    source,
    reason: new Unauthenticated(),
    message: `there is no credential for source ${source}`,
    hint: `set ${names.join(" or ")}, or configure sources.${source}.auth`
  })
}

/** Builds the `Authorization` of a source: where its token comes from, and under which scheme it goes. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type * as Redacted from "effect/Redacted"
import * as CloudCredential from "@opwatch/cloud/CloudCredential"
import * as IamService from "@opwatch/cloud/IamService"
import * as MetadataService from "@opwatch/cloud/MetadataService"
import * as WorkloadIdentity from "@opwatch/cloud/WorkloadIdentity"
import { ProviderError, Unauthenticated } from "@opwatch/core/ProviderError"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Token from "@opwatch/rest/Token"
import * as TolokaCredential from "@opwatch/toloka/TolokaCredential"
import type { Auth } from "./Configuration.ts"
import * as CredentialPlace from "./CredentialPlace.ts"
import * as EnvironmentCredential from "./EnvironmentCredential.ts"
import * as Secret from "./Secret.ts"
import type { SourceSettings } from "./SourceSettings.ts"
import * as TokenCommand from "./TokenCommand.ts"

/** Is told of every token that is issued. */
export type OnIssued = (token: Token.IssuedToken) => Effect.Effect<void>

export const make = Effect.fnUntraced(function* (
  settings: SourceSettings,
  environment: EnvironmentCredential.Environment,
  onIssued: OnIssued = () => Effect.void
) {
  const { auth, name: source } = settings
  if (auth === undefined) return Authorization.unusable(noCredential(settings, environment))
  if (auth.kind === "none") return Authorization.none
  const options = { source, environment, fileSystem: yield* FileSystem.FileSystem }
  const place = CredentialPlace.of(auth, options).words
  if (settings.provider === "toloka") {
    const kind = auth.kind === "oauth" || auth.kind === "apiKey" ? auth.kind : "auto"
    const supply = yield* tokenSupply(auth, options, onIssued)
    return Authorization.fromToken((token) => TolokaCredential.schemeOf(kind, token), supply, place)
  }
  const supply = yield* cloudSupply(settings, auth, options, onIssued)
  const scheme = auth.kind === "apiKey" ? CloudCredential.apiKeyScheme : CloudCredential.iamTokenScheme
  return Authorization.fromToken(() => scheme, supply, place)
})

/** One token for all, until it has to be issued anew. */
const cached = (issuer: Token.Issuer, onIssued: OnIssued) => Token.cached(Effect.tap(issuer, onIssued))

/** The token that stands where `auth` says, or that its command prints. */
const tokenSupply = Effect.fnUntraced(function* (auth: Auth, options: CredentialPlace.Options, onIssued: OnIssued) {
  if (auth.tokenCommand === undefined) return Token.standing(CredentialPlace.standing(auth, options).secret)
  const issuer = TokenCommand.issuer(options.source, auth.tokenCommand, yield* ChildProcessSpawner)
  return yield* cached(issuer, onIssued)
})

const cloudSupply = Effect.fnUntraced(function* (
  settings: SourceSettings,
  auth: Auth,
  options: CredentialPlace.Options,
  onIssued: OnIssued
) {
  const { authUrl, iamUrl, metadataUrl, name: source } = settings
  switch (auth.kind) {
    case "metadata":
      return yield* cached(yield* MetadataService.make(source, metadataUrl), onIssued)
    case "serviceAccountKey": {
      const iam = yield* IamService.make(source, iamUrl)
      const { secret } = CredentialPlace.standing(auth, options)
      return yield* cached(Effect.flatMap(secret, iam.fromServiceAccountKey), onIssued)
    }
    case "workloadIdentity": {
      const { serviceAccountId = "" } = auth
      const exchange = yield* WorkloadIdentity.make({ source, authUrl, serviceAccountId })
      const subject = yield* tokenSupply(auth, options, onIssued)
      return yield* cached(Token.exchanged(subject, exchange), onIssued)
    }
    case "oauth":
    case "auto": {
      const standing = yield* tokenSupply(auth, options, onIssued)
      const iam = yield* IamService.make(source, iamUrl)
      const issuer = Token.exchanged(standing, (token) => exchange(settings, iam, token))
      const exchanged = yield* cached(issuer, onIssued)
      return auth.kind === "oauth" ? exchanged : eitherBy(standing, exchanged)
    }
    default:
      return yield* tokenSupply(auth, options, onIssued)
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

/** What requests fail with where nothing is known of a credential. */
export const noCredential = (
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

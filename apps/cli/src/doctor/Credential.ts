/** Looks at the credential where it stands: that it is there, of the kind that is wanted, and nobody else's to read. */
import * as ServiceAccountKey from "@opwatch/cloud/ServiceAccountKey"
import * as CredentialPlace from "@opwatch/sources/CredentialPlace"
import type { Environment } from "@opwatch/sources/EnvironmentCredential"
import { problemOf } from "@opwatch/sources/Secret"
import type { SettledSource } from "@opwatch/sources/SettledSources"
import * as SourceCredential from "@opwatch/sources/SourceCredential"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { ExitCode } from "../ExitCode.ts"
import * as SourcesText from "../text/SourcesText.ts"
import * as CredentialForm from "./CredentialForm.ts"
import { type Finding, Trouble } from "./Step.ts"

interface Warning {
  readonly detail: string
  readonly remedy: string
}

/** Runs no command and makes no request. */
export const check = Effect.fnUntraced(function* (source: SettledSource, environment: Environment) {
  const { auth, name, provider } = source.settings
  const credential = yield* SourceCredential.describe(source, environment)
  const { found, problem = "", remedy } = credential
  if (auth === undefined) return yield* new Trouble({ detail: problem, remedy, exitCode: ExitCode.notAllowed })
  if (found === false) return yield* new Trouble({ detail: problem, remedy, exitCode: ExitCode.usage })
  const told = SourcesText.credentialOf(credential)
  if (found === undefined) return ok(told, remedy === undefined ? [] : [{ detail: problem, remedy }])
  const fileSystem = yield* FileSystem.FileSystem
  const place = CredentialPlace.standing(auth, { source: name, environment, fileSystem })
  const secret = yield* Effect.mapError(
    place.secret,
    (error) => new Trouble({ detail: problemOf(error), exitCode: ExitCode.usage })
  )
  if (auth.kind === "serviceAccountKey") yield* sign(place.words, secret)
  const mismatch =
    auth.kind === "serviceAccountKey"
      ? undefined
      : CredentialForm.mismatchOf({ source: name, provider, kind: auth.kind }, secret)
  const exposure = place.file === undefined ? undefined : yield* exposureOf(place.file, place.words)
  return ok(
    told,
    [mismatch, exposure].filter((warning) => warning !== undefined)
  )
})

const ok = (told: string, warnings: ReadonlyArray<Warning>): Finding<void> => ({
  detail: [told, ...warnings.map(({ detail }) => detail)].join("; "),
  remedy: warnings.length === 0 ? undefined : warnings.map(({ remedy }) => remedy).join("; "),
  value: undefined
})

/** A key can be of the right form and still not sign. */
const sign = (where: string, secret: Redacted.Redacted<string>) =>
  Effect.gen(function* () {
    const key = yield* ServiceAccountKey.parse(Redacted.value(secret))
    yield* ServiceAccountKey.assertion(key, "https://iam.invalid", yield* Clock.currentTimeMillis)
  }).pipe(
    Effect.provide(ServiceAccountKey.signatures),
    Effect.mapError(
      ({ message }) =>
        new Trouble({
          detail: `${where}: ${message}`,
          remedy: "create a key, as `yc iam key create --service-account-name NAME --output key.json` does",
          exitCode: ExitCode.usage
        })
    )
  )

/** Anything for those who are not its owner. */
const others = 0o077

const exposureOf = Effect.fnUntraced(function* (file: string, words: string) {
  if (process.platform === "win32") return undefined
  const fileSystem = yield* FileSystem.FileSystem
  const mode = yield* Effect.match(fileSystem.stat(file), { onFailure: () => 0, onSuccess: ({ mode }) => mode })
  if ((mode & others) === 0) return undefined
  const permissions = (mode & 0o777).toString(8).padStart(3, "0")
  return {
    detail: `the file has permissions ${permissions}, so it is not its owner's alone`,
    remedy: words.includes(file) ? `chmod 600 ${file}` : "chmod 600 that file"
  } satisfies Warning
})

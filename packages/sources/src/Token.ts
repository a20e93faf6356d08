/** Gets the token that an `auth` names. It is `Redacted` from the moment it is read. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { Misconfigured, ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import type { Auth } from "./Configuration.ts"
import type { Environment } from "./EnvironmentCredential.ts"
import * as FileProblem from "./FileProblem.ts"

export type Token = Effect.Effect<Redacted.Redacted<string>, ProviderError>

/** A file is read at each request, so a token that is replaced there is taken up. */
export const make = (
  source: SourceName,
  auth: Auth,
  environment: Environment,
  fileSystem: FileSystem.FileSystem
): Token => {
  const misconfigured = (message: string) =>
    new ProviderError({ source, reason: new Misconfigured(), message: `source ${source}: ${message}` })
  const usable = (text: string, where: string) => {
    const token = text.trim()
    if (token === "") return Effect.fail(misconfigured(`${where} is empty; it must hold a token`))
    return /^[\x21-\x7e]+$/.test(token)
      ? Effect.succeed(Redacted.make(token))
      : Effect.fail(misconfigured(`${where} does not hold a token: it has characters that no token has`))
  }
  if (auth.tokenFile !== undefined) {
    const { tokenFile } = auth
    return fileSystem.readFileString(tokenFile).pipe(
      Effect.mapError((error) => misconfigured(`tokenFile ${tokenFile}: ${FileProblem.describe(error)}`)),
      Effect.flatMap((text) => usable(text, `tokenFile ${tokenFile}`))
    )
  }
  const { tokenEnv = "" } = auth
  const value = environment[tokenEnv]
  return value === undefined
    ? Effect.fail(misconfigured(`the variable ${tokenEnv}, which tokenEnv names, is not set`))
    : usable(value, `the variable ${tokenEnv}`)
}

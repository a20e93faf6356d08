/** Reads a secret from the place that an `auth` names. It is `Redacted` from the moment it is read. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { Misconfigured, ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import type { Environment } from "./EnvironmentCredential.ts"
import * as FileProblem from "./FileProblem.ts"

export type Secret = Effect.Effect<Redacted.Redacted<string>, ProviderError>

export const misconfigured = (source: SourceName, message: string): ProviderError =>
  new ProviderError({ source, reason: new Misconfigured(), message: `${opening(source)}${message}` })

/** What is wrong, for those who have named the source already. */
export const problemOf = ({ message, source }: Pick<ProviderError, "message" | "source">): string =>
  message.startsWith(opening(source)) ? message.slice(opening(source).length) : message

const opening = (source: SourceName): string => `source ${source}: `

/** `field` is the one that names the variable. */
export const fromVariable = (source: SourceName, field: string, variable: string, environment: Environment): Secret => {
  const value = environment[variable]
  if (value === undefined) {
    return Effect.fail(misconfigured(source, `the variable ${variable}, which ${field} names, is not set`))
  }
  return notEmpty(source, `the variable ${variable}`, value)
}

/** Read at each use, so that what replaces it is taken up. Errors say `where` it is. */
export const fromFile = (source: SourceName, where: string, path: string, fileSystem: FileSystem.FileSystem): Secret =>
  fileSystem.readFileString(path).pipe(
    Effect.mapError((error) => misconfigured(source, `${where}: ${FileProblem.describe(error)}`)),
    Effect.flatMap((text) => notEmpty(source, where, text))
  )

const notEmpty = (source: SourceName, where: string, text: string): Secret =>
  text.trim() === ""
    ? Effect.fail(misconfigured(source, `${where} is empty; it must hold a secret`))
    : Effect.succeed(Redacted.make(text.trim()))

/** A token is one word of visible characters. */
export const asToken = (source: SourceName, where: string, secret: Secret): Secret =>
  Effect.flatMap(secret, (token) =>
    /^[\x21-\x7e]+$/.test(Redacted.value(token))
      ? Effect.succeed(token)
      : Effect.fail(misconfigured(source, `${where} does not hold a token: it has characters that no token has`))
  )

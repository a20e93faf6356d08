/** Where an `auth` finds its secret, in words that hold no part of it. */
import type * as FileSystem from "effect/FileSystem"
import type { SourceName } from "@opwatch/core/Reference"
import type { Auth } from "./Configuration.ts"
import type { Environment } from "./EnvironmentCredential.ts"
import * as Secret from "./Secret.ts"

export interface CredentialPlace {
  /** As in `the variable TOLOKA_TOKEN`. */
  readonly words: string
}

/** A variable or a file, whose secret is read anew each time. */
export interface StandingPlace extends CredentialPlace {
  readonly secret: Secret.Secret
  /** The file that holds the secret, be it that a variable names it. */
  readonly file: string | undefined
}

export interface Options {
  readonly source: SourceName
  readonly environment: Environment
  readonly fileSystem: FileSystem.FileSystem
}

/** Of any kind but `none`. */
export const of = (auth: Auth, options: Options): CredentialPlace | StandingPlace => {
  const { kind, tokenCommand } = auth
  if (kind === "metadata") return { words: "the metadata service" }
  return tokenCommand === undefined ? standing(auth, options) : { words: commandWords(tokenCommand) }
}

/** Of a kind with a token or a key, and without a command. */
export const standing = (
  { keyEnv, keyFile, tokenEnv = "", tokenFile }: Auth,
  { environment, fileSystem, source }: Options
): StandingPlace => {
  const fromFile = (file: string, words: string) => ({
    words,
    secret: Secret.fromFile(source, words, file, fileSystem),
    file
  })
  const fromVariable = (field: string, variable: string) => ({
    words: `the variable ${variable}`,
    secret: Secret.fromVariable(source, field, variable, environment),
    file: undefined
  })
  const token = (place: StandingPlace) => ({ ...place, secret: Secret.asToken(source, place.words, place.secret) })
  if (keyFile !== undefined) return fromFile(keyFile, `keyFile ${keyFile}`)
  if (tokenFile !== undefined) return token(fromFile(tokenFile, `tokenFile ${tokenFile}`))
  if (keyEnv === undefined) return token(fromVariable("tokenEnv", tokenEnv))
  const contents = fromVariable("keyEnv", keyEnv)
  const value = environment[keyEnv]?.trim() ?? ""
  return value === "" || value.startsWith("{")
    ? contents
    : { ...fromFile(value, `the file that the variable ${keyEnv} names`), words: contents.words }
}

/** A word of it may hold a secret, so only the first one is shown. */
const commandWords = ([name, ...rest]: NonNullable<Auth["tokenCommand"]>): string =>
  `the command ${name}${rest.length === 0 ? "" : " …"}`

/**
 * Finds and reads the configuration file: the path given, else `OPWATCH_CONFIG`, else the user's own. A file that merely
 * lies in the working directory is never picked up: it could send credentials to a stranger's host.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Record from "effect/Record"
import * as Configuration from "./Configuration.ts"
import { ConfigurationError } from "./ConfigurationError.ts"
import * as ConfigurationText from "./ConfigurationText.ts"
import type { Environment } from "./EnvironmentCredential.ts"
import * as FileProblem from "./FileProblem.ts"

export interface Loaded {
  readonly configuration: Configuration.Configuration
  /** Where the file was, if there was one. */
  readonly path: string | undefined
  /** Where the user's own was looked for; nowhere if the file was named. */
  readonly lookedFor: ReadonlyArray<string>
}

/** Paths inside the file come out absolute, relative to where the file is. */
export const load = Effect.fn("ConfigurationFile.load")(function* (
  given: string | undefined,
  environment: Environment
) {
  const fileSystem = yield* FileSystem.FileSystem
  const named = given ?? (environment["OPWATCH_CONFIG"] || undefined)
  const lookedFor = named === undefined ? yield* usersOwn(environment) : []
  const path = named ?? (yield* firstOf(lookedFor))
  if (path === undefined) return { configuration: Configuration.empty, path, lookedFor } satisfies Loaded
  const text = yield* fileSystem.readFileString(path).pipe(
    Effect.mapError((error) => {
      const origin = named === undefined ? "" : given === undefined ? "OPWATCH_CONFIG names " : "--config names "
      return new ConfigurationError({ message: `${origin}${path}: ${FileProblem.describe(error)}` })
    })
  )
  const configuration = yield* read(text, path)
  return { configuration: yield* absolute(configuration, path), path, lookedFor } satisfies Loaded
})

/** What the text says; `path` is named in the error. */
export const read = Effect.fnUntraced(function* (text: string, path: string) {
  const document = yield* Effect.mapError(
    ConfigurationText.parse(text),
    (problem) => new ConfigurationError({ message: `${path}: ${problem}` })
  )
  return yield* Effect.fromResult(Configuration.fromDocument(document, path))
})

const usersOwn = Effect.fnUntraced(function* ({ HOME = "", XDG_CONFIG_HOME = "" }: Environment) {
  const { isAbsolute, join } = yield* Path.Path
  const folder = [XDG_CONFIG_HOME, join(HOME, ".config")].find((path) => isAbsolute(path))
  return folder === undefined ? [] : ["config.yaml", "config.json"].map((name) => join(folder, "opwatch", name))
})

const firstOf = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const fileSystem = yield* FileSystem.FileSystem
  for (const path of paths) if (yield* Effect.orElseSucceed(fileSystem.exists(path), () => false)) return path
  return undefined
})

/** A command is left as it is: a bare name is looked up by the system. */
const absolute = Effect.fnUntraced(function* ({ server, sources = {} }: Configuration.Configuration, path: string) {
  const { dirname, resolve } = yield* Path.Path
  const fromFile = (file: string) => resolve(dirname(path), file)
  return {
    ...(server === undefined ? {} : { server }),
    sources: Record.map(sources, (source) =>
      source.auth === undefined
        ? source
        : {
            ...source,
            auth: {
              ...source.auth,
              ...(source.auth.tokenFile === undefined ? {} : { tokenFile: fromFile(source.auth.tokenFile) }),
              ...(source.auth.keyFile === undefined ? {} : { keyFile: fromFile(source.auth.keyFile) })
            }
          }
    )
  } satisfies Configuration.Configuration
})

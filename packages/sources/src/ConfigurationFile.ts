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
import type { Environment } from "./EnvironmentCredential.ts"
import * as FileProblem from "./FileProblem.ts"

export interface Loaded {
  readonly configuration: Configuration.Configuration
  /** Where the file was, if there was one. */
  readonly path: string | undefined
}

/** Paths inside the file come out absolute, relative to where the file is. */
export const load = Effect.fn("ConfigurationFile.load")(function* (
  given: string | undefined,
  environment: Environment
) {
  const fileSystem = yield* FileSystem.FileSystem
  const named = given ?? (environment["OPWATCH_CONFIG"] || undefined)
  const path = named ?? (yield* usersOwn(environment))
  if (path === undefined) return { configuration: Configuration.empty, path } satisfies Loaded
  const text = yield* fileSystem.readFileString(path).pipe(
    Effect.mapError((error) => {
      const origin = named === undefined ? "" : given === undefined ? "OPWATCH_CONFIG names " : "--config names "
      return new ConfigurationError({ message: `${origin}${path}: ${FileProblem.describe(error)}` })
    })
  )
  const configuration = yield* Effect.fromResult(Configuration.parse(text, path))
  return { configuration: yield* absolute(configuration, path), path } satisfies Loaded
})

const usersOwn = Effect.fnUntraced(function* (environment: Environment) {
  const fileSystem = yield* FileSystem.FileSystem
  const { isAbsolute, join } = yield* Path.Path
  const { HOME = "", XDG_CONFIG_HOME = "" } = environment
  const folder = [XDG_CONFIG_HOME, join(HOME, ".config")].find((path) => isAbsolute(path))
  if (folder === undefined) return undefined
  for (const name of ["config.yaml", "config.json"]) {
    const path = join(folder, "opwatch", name)
    if (yield* Effect.orElseSucceed(fileSystem.exists(path), () => false)) return path
  }
  return undefined
})

/** A command is left as it is: a bare name is looked up by the system. */
const absolute = Effect.fnUntraced(function* ({ sources = {} }: Configuration.Configuration, path: string) {
  const { dirname, resolve } = yield* Path.Path
  const fromFile = (file: string) => resolve(dirname(path), file)
  return {
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

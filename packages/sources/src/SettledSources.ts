/** The sources there are, built in and configured, each settled and with where it comes from. */
import * as Effect from "effect/Effect"
import { SourceName } from "@opwatch/core/Reference"
import { builtinSources } from "./BuiltinSources.ts"
import type { Source } from "./Configuration.ts"
import * as ConfigurationFile from "./ConfigurationFile.ts"
import type { Environment } from "./EnvironmentCredential.ts"
import * as SourceSettings from "./SourceSettings.ts"

export interface SettledSourcesOptions {
  /** The path of the configuration file, where the user gave one. */
  readonly config: string | undefined
  readonly environment: Environment
}

export interface SettledSource {
  readonly settings: SourceSettings.SourceSettings
  readonly isBuiltin: boolean
  /** What the configuration file says of it, if anything. */
  readonly configured: Source | undefined
}

export interface SettledSources extends Pick<ConfigurationFile.Loaded, "path" | "lookedFor"> {
  /** The built-in ones first. */
  readonly sources: ReadonlyArray<SettledSource>
}

/** Makes no request, and reads no secret. */
export const load = Effect.fnUntraced(function* ({ config, environment }: SettledSourcesOptions) {
  const { configuration, lookedFor, path } = yield* ConfigurationFile.load(config, environment)
  const { sources: configured = {} } = configuration
  const names = [...new Set([...Object.keys(builtinSources), ...Object.keys(configured)])]
  const sources = yield* Effect.forEach(names, (text) => {
    const name = SourceName.make(text)
    const source = configured[name]
    const options = { name, source: source ?? {}, environment, path: path ?? "the environment" }
    return Effect.map(SourceSettings.settle(options), (settings): SettledSource => ({
      settings,
      isBuiltin: Object.hasOwn(builtinSources, name),
      configured: source
    }))
  })
  return { path, lookedFor, sources } satisfies SettledSources
})

/** In words, as in `built in, changed by /home/me/.config/opwatch/config.yaml`. */
export const originOf = ({ configured, isBuiltin }: SettledSource, path = "the configuration"): string =>
  configured === undefined ? "built in" : isBuiltin ? `built in, changed by ${path}` : path

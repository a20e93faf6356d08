/** The `Sources` port from configuration and environment: the built-in sources, those that a file adds, and overrides. */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Cloud from "@opwatch/cloud/Cloud"
import type { Provider } from "@opwatch/core/Provider"
import { SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import type { Authorization } from "@opwatch/rest/Authorization"
import * as Toloka from "@opwatch/toloka/Toloka"
import { builtinSources } from "./BuiltinSources.ts"
import * as ConfigurationFile from "./ConfigurationFile.ts"
import type { Environment } from "./EnvironmentCredential.ts"
import * as SourceAuthorization from "./SourceAuthorization.ts"
import * as SourceSettings from "./SourceSettings.ts"

export interface ConfiguredSourcesOptions {
  /** The path of the configuration file, where the user gave one. */
  readonly config: string | undefined
  readonly environment: Environment
}

/** Fails on a configuration that is wrong; a credential that is missing fails the requests of its source only. */
export const layer = (options: ConfiguredSourcesOptions) => Layer.effect(Sources, make(options))

const make = Effect.fnUntraced(function* ({ config, environment }: ConfiguredSourcesOptions) {
  const { configuration, path = "the environment" } = yield* ConfigurationFile.load(config, environment)
  const configured = configuration.sources ?? {}
  const names = [...new Set([...Object.keys(builtinSources), ...Object.keys(configured)])]
  const providers = yield* Effect.forEach(
    names,
    Effect.fnUntraced(function* (text) {
      const name = SourceName.make(text)
      const settings = yield* SourceSettings.settle({ name, source: configured[name] ?? {}, environment, path })
      return yield* build(settings, yield* SourceAuthorization.make(settings, environment))
    })
  )
  return new Map(providers.map((provider) => [provider.source, provider] as const))
})

const build = (
  settings: SourceSettings.SourceSettings,
  authorization: Authorization
): Effect.Effect<Provider, never, HttpClient.HttpClient> => {
  const options = { ...settings, source: settings.name, authorization }
  return settings.provider === "toloka" ? Toloka.make(options) : Cloud.make(options)
}

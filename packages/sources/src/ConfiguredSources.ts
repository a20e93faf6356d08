/** The `Sources` port from configuration and environment: the built-in sources, those that a file adds, and overrides. */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Cloud from "@opwatch/cloud/Cloud"
import type { Provider } from "@opwatch/core/Provider"
import { Sources } from "@opwatch/core/Sources"
import type { Authorization } from "@opwatch/rest/Authorization"
import * as Toloka from "@opwatch/toloka/Toloka"
import * as SettledSources from "./SettledSources.ts"
import * as SourceAuthorization from "./SourceAuthorization.ts"
import { perSecond, type SourceSettings } from "./SourceSettings.ts"

/** Fails on a configuration that is wrong; a credential that is missing fails the requests of its source only. */
export const layer = (options: SettledSources.SettledSourcesOptions) => Layer.effect(Sources, make(options))

const make = Effect.fnUntraced(function* (options: SettledSources.SettledSourcesOptions) {
  const { sources } = yield* SettledSources.load(options)
  const providers = yield* Effect.forEach(sources, ({ settings }) =>
    Effect.flatMap(SourceAuthorization.make(settings, options.environment), (authorization) =>
      provider(settings, authorization)
    )
  )
  return new Map(providers.map((provider) => [provider.source, provider] as const))
})

/** The provider of one source. */
export const provider = (
  settings: SourceSettings,
  authorization: Authorization
): Effect.Effect<Provider, never, HttpClient.HttpClient> => {
  const pollsPerSecond = perSecond(settings.pollBudget)
  const options = { ...settings, source: settings.name, authorization, pollsPerSecond }
  return settings.provider === "toloka" ? Toloka.make(options) : Cloud.make(options)
}

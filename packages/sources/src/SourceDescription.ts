/** What is settled about each source, to be shown: where it is and comes from, its credential, its limits. No secret is in it. */
import * as Effect from "effect/Effect"
import * as Cloud from "@opwatch/cloud/Cloud"
import * as DurationText from "@opwatch/core/DurationText"
import type { ProviderName } from "@opwatch/core/Operation"
import type { Capabilities } from "@opwatch/core/Provider"
import type { SourceName } from "@opwatch/core/Reference"
import type { RateLimit } from "@opwatch/rest/Traffic"
import * as Toloka from "@opwatch/toloka/Toloka"
import * as SettledSources from "./SettledSources.ts"
import * as SourceCredential from "./SourceCredential.ts"

/** As configuration writes it. */
interface Rate {
  readonly requests: number
  readonly per: string
}

export interface SourceDescription {
  readonly source: SourceName
  readonly provider: ProviderName
  readonly url: string
  /** `built in`, the path of the configuration file, or both. */
  readonly from: string
  readonly credential: SourceCredential.SourceCredential
  readonly rateLimit: Rate
  /** How much of the rate limit polls may take. */
  readonly pollBudget: Rate
  readonly capabilities: Capabilities
}

/** All of them, and the file that was read or the places where it was looked for. */
export const load = Effect.fnUntraced(function* (options: SettledSources.SettledSourcesOptions) {
  const { lookedFor, path, sources } = yield* SettledSources.load(options)
  const descriptions = yield* Effect.forEach(sources, (source) =>
    Effect.map(SourceCredential.describe(source, options.environment), (credential): SourceDescription => {
      const { name, pollBudget, provider, rateLimit, url } = source.settings
      return {
        source: name,
        provider,
        url,
        from: SettledSources.originOf(source, path),
        credential,
        rateLimit: written(rateLimit),
        pollBudget: written(pollBudget),
        capabilities: provider === "toloka" ? Toloka.capabilities : Cloud.capabilities
      }
    })
  )
  return { descriptions, lookedFor, path }
})

const written = ({ per, requests }: RateLimit): Rate => ({ requests, per: DurationText.format(per) })

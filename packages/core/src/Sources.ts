/** The configured sources by name, each with the provider that speaks for it. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Provider } from "./Provider.ts"
import type { Location, Reference, SourceName } from "./Reference.ts"
import { UnknownSource } from "./Reference.ts"

export class Sources extends Context.Service<Sources, ReadonlyMap<SourceName, Provider>>()("@opwatch/core/Sources") {}

/** The provider of a reference's source. */
export const providerOf = (sources: Sources["Service"], { source }: Pick<Reference, "source">) => {
  const provider = sources.get(source)
  return provider === undefined
    ? Effect.fail(new UnknownSource({ source, known: [...sources.keys()] }))
    : Effect.succeed(provider)
}

/** Where the operations of all sources are found, for reading references from URLs. */
export const locations = (sources: Sources["Service"]): ReadonlyArray<Location> =>
  [...sources.values()].flatMap(({ source, urls }) => urls.map((url) => ({ source, url })))

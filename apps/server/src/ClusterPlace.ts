/** The cluster that the server joins: `OPWATCH_CLUSTER_*`, else `server.cluster` of the configuration, else none. */
import type { ServerSection } from "@opwatch/access/ServerSection"
import * as ClusterSettings from "@opwatch/cluster/ClusterSettings"
import { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import * as DatabaseUrl from "@opwatch/store/DatabaseUrl"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { DatabasePlace } from "./DatabasePlace.ts"

export interface ClusterPlace {
  readonly settings: ClusterSettings.ClusterSettings
  /** Where its runners find each other: the database that they share. */
  readonly url: Redacted.Redacted<URL>
}

/** Undefined for no cluster. */
export const fromEnvironment = (
  environment: ClusterSettings.Environment,
  { cluster }: Pick<ServerSection, "cluster">,
  { url }: DatabasePlace
): Effect.Effect<ClusterPlace | undefined, ConfigurationError> =>
  Effect.gen(function* () {
    const settings = yield* Effect.mapError(
      Effect.fromResult(ClusterSettings.read(cluster, environment)),
      (message) => new ConfigurationError({ message })
    )
    if (settings === undefined) return undefined
    const database = url === undefined ? undefined : Result.getOrUndefined(DatabaseUrl.parse(url))
    if (database?._tag === "Postgres") return { settings, url: database.url }
    const message = "the servers of a cluster share a Postgres: set OPWATCH_DATABASE_URL to postgres://…"
    return yield* new ConfigurationError({ message })
  })

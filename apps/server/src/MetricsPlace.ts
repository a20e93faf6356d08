/** Where the metrics are open: `OPWATCH_METRICS_PORT`, else `server.metrics` of the configuration, else nowhere. */
import type { ServerSection } from "@opwatch/access/ServerSection"
import * as ListenAddress from "@opwatch/http/ListenAddress"
import * as Effect from "effect/Effect"

type Environment = Readonly<Record<string, string | undefined>>

/** Loopback unless the configuration names a host. */
export const fromEnvironment = (
  environment: Environment,
  { metrics }: Pick<ServerSection, "metrics">
): Effect.Effect<ListenAddress.ListenAddress | undefined, ListenAddress.InvalidSetting> => {
  const port = environment["OPWATCH_METRICS_PORT"] || metrics?.port.toString()
  return port === undefined
    ? Effect.succeed(undefined)
    : ListenAddress.parse({
        host: { name: "server.metrics.host", value: metrics?.host },
        port: { name: "OPWATCH_METRICS_PORT", value: port },
        hasKeys: true
      })
}

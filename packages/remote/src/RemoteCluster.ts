/** Which servers share the polls with an opwatch server, as it tells it. */
import { Cluster } from "@opwatch/core/Cluster"
import { SourceName } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"
import type { ServerAddress } from "./ServerAddress.ts"
import * as ServerClient from "./ServerClient.ts"

/** It is about no source. */
const about = { source: SourceName.make("opwatch") }

export const of = Effect.fn("RemoteCluster.of")(function* (server: ServerAddress) {
  const client = yield* ServerClient.make(server)
  return yield* client.json(about, client.endpoints.cluster({ responseMode: "response-only" }), Cluster)
})

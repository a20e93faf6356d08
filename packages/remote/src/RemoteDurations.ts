/** What an opwatch server has learned of how long the operations of its sources take. */
import { SourceDurations } from "@opwatch/api/SourcesApi"
import { present } from "@opwatch/core/FieldReader"
import type { SourceName } from "@opwatch/core/Reference"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ServerAddress } from "./ServerAddress.ts"
import * as ServerClient from "./ServerClient.ts"

/** At the server's own price of a poll unless one is given. */
export const of = Effect.fn("RemoteDurations.of")(function* (
  server: ServerAddress,
  source: SourceName,
  price?: Duration.Duration
) {
  const client = yield* ServerClient.make(server)
  const { sources } = client.endpoints
  const call = sources.durations({ params: { source }, query: present({ price }), responseMode: "response-only" })
  return yield* client.json({ source }, call, SourceDurations)
})

/** Providers of whose polls there is one at a time for each operation, shared by all who ask meanwhile. */
import type { Provider } from "@opwatch/core/Provider"
import type { OperationId, SourceName } from "@opwatch/core/Reference"
import type { Sources } from "@opwatch/core/Sources"
import * as Cache from "effect/Cache"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** A poll goes on as long as one of those who share it is left. */
export const make = Effect.fnUntraced(function* (
  sources: Sources["Service"],
  pollOf: (provider: Provider) => Provider["poll"]
) {
  const sharing = new Map<SourceName, Provider>()
  for (const [name, provider] of sources) {
    const polls = yield* Cache.make({ lookup: pollOf(provider), capacity: Infinity, timeToLive: Duration.zero })
    const poll = (id: OperationId) => Cache.get(polls, id)
    sharing.set(name, { ...provider, poll, get: (id) => Effect.map(poll(id), ({ operation }) => operation) })
  }
  return sharing
})

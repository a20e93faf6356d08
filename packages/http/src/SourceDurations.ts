/** What is known of how long a source's operations take, put together without holding up other requests for long. */
import type * as SourcesApi from "@opwatch/api/SourcesApi"
import type { Durations } from "@opwatch/core/Durations"
import * as KindDurations from "@opwatch/core/KindDurations"
import type { SourceName } from "@opwatch/core/Reference"
import * as Effect from "effect/Effect"

/** `price` is in milliseconds. What is made of a kind may take tens of them, so others have their turn between kinds. */
export const of = Effect.fnUntraced(function* (
  durations: Durations,
  source: SourceName,
  price: number
): Effect.fn.Return<SourcesApi.SourceDurations> {
  const kinds = durations.kinds().filter((kind) => kind.source === source)
  const known = yield* Effect.forEach(kinds, (kind) =>
    Effect.map(Effect.yieldNow, () => KindDurations.of(durations, kind, price) ?? [])
  )
  return { priceMillis: price, kinds: known.flat().toSorted((a, b) => b.ended - a.ended) }
})

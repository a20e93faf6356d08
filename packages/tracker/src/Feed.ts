/**
 * What one poll loop tells all who watch its operation. A subscriber gets the present state first, then what follows; one
 * that reads too slowly misses what is in between, never the latest.
 */
import type { Operation } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Watch from "@opwatch/core/Watch"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import type * as Take from "effect/Take"

export interface Feed {
  /** The operation as last told; undefined before the first observation. */
  readonly known: () => Operation | undefined
  /** Tells what is known now, which must include what was known; a final operation ends the feed. */
  readonly tell: (operation: Operation) => Effect.Effect<void>
  readonly setback: (event: Watch.WatchEvent) => Effect.Effect<void>
  /** Ends the feed for all who watch, as its poll loop ended. */
  readonly end: (exit: Exit.Exit<void, ProviderError>) => Effect.Effect<void>
  readonly events: Stream.Stream<Watch.WatchEvent, ProviderError>
}

interface Told {
  readonly event: Watch.WatchEvent
  readonly known: Operation | undefined
}

const slack = 16

export const make: Effect.Effect<Feed> = Effect.gen(function* () {
  const told = yield* PubSub.sliding<Take.Take<Told, ProviderError>>({ capacity: slack, replay: 1 })
  let known: Operation | undefined

  const publish = (event: Watch.WatchEvent) => PubSub.publish(told, [{ event, known }])

  return {
    known: () => known,
    tell: (operation) =>
      Effect.suspend(() => {
        const changed = Watch.differs(known, operation)
        known = operation
        const published = publish(Watch.Observed({ operation, changed }))
        return operation.done ? Effect.andThen(published, PubSub.end(told, Exit.void)) : Effect.asVoid(published)
      }),
    setback: (event) => Effect.suspend(() => publish(event)),
    end: (exit) => PubSub.end(told, exit),
    events: Stream.fromPubSubTake(told).pipe(
      Stream.mapAccum(
        () => true,
        (isFirst, { event, known }) => [false, isFirst ? presentState(event, known) : [event]] as const
      )
    )
  }
})

const presentState = (event: Watch.WatchEvent, known: Operation | undefined): ReadonlyArray<Watch.WatchEvent> => {
  if (known === undefined) return [event]
  const present = Watch.Observed({ operation: known, changed: true })
  return event._tag === "Observed" ? [present] : [present, event]
}

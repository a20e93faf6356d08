/**
 * What all who watch one operation are told. A subscriber gets the present state first, then what follows; one that reads
 * too slowly misses what is in between, never the latest. Those who only wait for the end cost no more than a callback.
 */
import type { Operation } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Watch from "@opwatch/core/Watch"
import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

type Setback = Extract<Watch.WatchEvent, { readonly _tag: "Setback" }>

export interface Feed {
  /** The operation as last told; undefined before the first observation. */
  readonly known: () => Operation | undefined
  /** The setback told since the last observation. */
  readonly setback: () => Setback | undefined
  /** Tells what is known now, which must include what was known; a final operation ends the feed. */
  readonly tell: (operation: Operation) => void
  readonly tellSetback: (event: Setback) => void
  /** Ends the feed for all who watch; what is told from then on nobody hears. */
  readonly end: (exit: Exit.Exit<void, ProviderError>) => void
  readonly events: Stream.Stream<Watch.WatchEvent, ProviderError>
  /** Answers when the feed has ended. */
  readonly ended: Effect.Effect<void, ProviderError>
}

const slack = 16

export const make = (): Feed => {
  const ending = Deferred.makeUnsafe<void, ProviderError>()
  const queues = new Set<Queue.Enqueue<Watch.WatchEvent, ProviderError | Cause.Done>>()
  let known: Operation | undefined
  let setback: Setback | undefined

  const publish = (event: Watch.WatchEvent) => {
    for (const queue of queues) Queue.offerUnsafe(queue, event)
  }
  const end: Feed["end"] = (exit) => void Deferred.doneUnsafe(ending, exit)

  const subscribe = (queue: Queue.Enqueue<Watch.WatchEvent, ProviderError | Cause.Done>) =>
    Effect.sync(() => {
      if (known !== undefined) Queue.offerUnsafe(queue, Watch.Observed({ operation: known, changed: true }))
      if (setback !== undefined) Queue.offerUnsafe(queue, setback)
      queues.add(queue)
    })

  return {
    known: () => known,
    setback: () => setback,
    tell: (operation) => {
      const changed = queues.size > 0 && Watch.differs(known, operation)
      known = operation
      setback = undefined
      publish(Watch.Observed({ operation, changed }))
      if (operation.done) end(Exit.void)
    },
    tellSetback: (event) => {
      setback = event
      publish(event)
    },
    end,
    ended: Deferred.await(ending),
    events: Stream.callback(
      (queue) =>
        Effect.acquireRelease(subscribe(queue), () => Effect.sync(() => queues.delete(queue))).pipe(
          Effect.andThen(Deferred.await(ending)),
          Effect.andThen(Queue.end(queue))
        ),
      { bufferSize: slack, strategy: "sliding" }
    )
  }
}

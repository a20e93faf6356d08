/**
 * A watch as server-sent events. An event's id follows from its content alone, so that whoever comes back with the last
 * one it got, to this server or another, is sent only what is new.
 */
import { fromOperation } from "@opwatch/core/CompactOperation"
import { OperationEvent } from "@opwatch/api/OperationEvent"
import * as ProviderProblem from "@opwatch/api/ProviderProblem"
import { type Operation, substance } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { Reference, UnknownSource } from "@opwatch/core/Reference"
import type { WatchEvent } from "@opwatch/core/Watch"
import * as Sse from "effect/encoding/Sse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/** The same for two observations that differ in nothing but their time and what is guessed from it; never a number. */
export const idOf = (operation: Operation): string =>
  "s" + (Hash.string(JSON.stringify(substance(fromOperation(operation)))) >>> 0).toString(36)

export interface EncodeOptions {
  readonly lastEventId?: string | undefined
  /** Sends setbacks too, and after one the operation even where it is unchanged. */
  readonly setbacks?: boolean | undefined
}

/** Leaves out the present state if `lastEventId` names it, ends after the final one, and says what made it fail. */
export const encode = (
  reference: Reference,
  events: Stream.Stream<WatchEvent, ProviderError | UnknownSource>,
  { lastEventId, setbacks = false }: EncodeOptions = {}
): Stream.Stream<string> =>
  events.pipe(
    Stream.mapAccum(
      () => lastEventId,
      (last, event): readonly [string | undefined, ReadonlyArray<OperationEvent>] => {
        if (event._tag === "Setback") return setbacks ? [undefined, [setbackOf(reference, event)]] : [last, []]
        const id = idOf(event.operation)
        return [id, id === last ? [] : [{ id, event: "operation", data: fromOperation(event.operation) }]]
      }
    ),
    Stream.catch((error) =>
      Stream.succeed<OperationEvent>({ event: "problem", data: ProviderProblem.fromError(reference, error) })
    ),
    Stream.tapCause((cause) => Effect.logError("A stream of events failed", cause)),
    Stream.map(write)
  )

const setbackOf = (
  reference: Reference,
  { error, nextPollIn }: Extract<WatchEvent, { readonly _tag: "Setback" }>
): OperationEvent => ({
  event: "setback",
  data: {
    problem: ProviderProblem.fromError(reference, error),
    nextPollInMillis: Math.round(Duration.toMillis(nextPollIn))
  }
})

const encodeEvent = Schema.encodeSync(OperationEvent)

const write = (event: OperationEvent): string => {
  const encoded = encodeEvent(event)
  return Sse.encoder.write({
    _tag: "Event",
    event: encoded.event,
    id: "id" in encoded ? encoded.id : undefined,
    data: encoded.data
  })
}

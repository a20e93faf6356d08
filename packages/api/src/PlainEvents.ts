/** What server-sent events say, as plain values. Kinds of events that are not known here are passed over. */
import { ChangeType } from "@opwatch/core/Change"
import * as Effect from "effect/Effect"
import type * as Sse from "effect/encoding/Sse"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { OpwatchError } from "./OpwatchError.ts"
import * as Values from "./PlainValues.ts"
import * as ServerAnswers from "./ServerAnswers.ts"

type Events = Stream.Stream<Sse.Event, OpwatchError>

/** Of everything that is tracked. */
export const changes = (events: Events): Stream.Stream<Values.TrackedEvent | Values.Reset, OpwatchError> =>
  Stream.flattenIterable(Stream.mapEffect(events, toldBy))

/** Of one operation; ends after the final state. */
export const states = (events: Events): Stream.Stream<Values.CompactOperation, OpwatchError> =>
  Stream.mapEffect(events, stateIn).pipe(
    Stream.flattenIterable,
    Stream.takeUntil(({ done }) => done)
  )

type Told<A> = Effect.Effect<ReadonlyArray<A>, OpwatchError>

const toldBy = ({ data, event, id = "" }: Sse.Event): Told<Values.TrackedEvent | Values.Reset> => {
  if (event === "reset") return Effect.succeed([{ type: event, id }])
  return isChange(event) ? Effect.map(valueOf(Values.TrackedEvent, data), (change) => [change]) : nothing
}

const stateIn = ({ data, event }: Sse.Event): Told<Values.CompactOperation> => {
  if (event === "problem") {
    return Effect.flatMap(valueOf(Schema.Unknown, data), (problem) => Effect.fail(ServerAnswers.problemOf(problem)))
  }
  return event === "operation" ? Effect.map(valueOf(Values.CompactOperation, data), (state) => [state]) : nothing
}

const nothing = Effect.succeed([])

const isChange = Schema.is(ChangeType)

const valueOf = <A>(schema: Schema.ConstraintDecoder<A>, data: string): Effect.Effect<A, OpwatchError> =>
  Effect.mapError(Schema.decodeUnknownEffect(Schema.fromJsonString(schema))(data), () =>
    ServerAnswers.notUnderstood("the server sent an event that makes no sense")
  )

/**
 * Server-sent events that go on when the connection broke: the next one is asked for what comes after the last event that was
 * handed on, so none is missed and none comes twice as long as the server keeps them.
 */
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { OpwatchError } from "./OpwatchError.ts"
import * as Outages from "./Outage.ts"
import * as ServerAnswers from "./ServerAnswers.ts"

/** Ends only where the server has nothing to send after `lastEventId`: that the last event came is for the reader to see. */
export const read = (
  call: (lastEventId: string | undefined) => ServerAnswers.Call,
  lastEventId: string | undefined
): Stream.Stream<Sse.Event, OpwatchError> =>
  Stream.suspend(() => {
    const outage = Outages.make()
    let last = lastEventId
    const connection = Stream.unwrap(
      Effect.map(
        Effect.tap(
          Effect.suspend(() => ServerAnswers.bytes(call(last))),
          outage.over
        ),
        Option.match({
          onNone: () => Stream.empty,
          onSome: (bytes) => Stream.concat(eventsIn(bytes), Stream.fail(ServerAnswers.brokenOff))
        })
      )
    )
    return connection.pipe(
      Stream.map((event) => {
        last = event.id ?? last
        return event
      }),
      Stream.retry(($) =>
        $(Schedule.forever).pipe(Schedule.while(({ input }) => Effect.as(outage.rideOut(input), true)))
      )
    )
  })

const eventsIn = (bytes: Stream.Stream<Uint8Array, OpwatchError>): Stream.Stream<Sse.Event, OpwatchError> =>
  bytes.pipe(
    Stream.decodeText,
    Stream.pipeThroughChannel(Sse.decode()),
    Stream.catchTags({
      SseError: ({ message }) => Stream.fail(ServerAnswers.notUnderstood(message)),
      Retry: () => Stream.fail(ServerAnswers.brokenOff)
    })
  )

/**
 * Server-sent events as an answer. It is never silent for long, and holds little for a client that reads slowly; one that reads
 * nothing for a minute is cut off: it may come back and resume.
 */
import * as Monotonic from "@opwatch/tracker/Monotonic"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Metric from "effect/Metric"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Stopping } from "./Stopping.ts"

const pause = Duration.seconds(15)

/** Longest time in which a client takes nothing. */
const longestStall = Duration.toMillis(Duration.minutes(1))

/** `messages` are whole, each as it goes over the wire; the answer ends with them, or when the server stops. */
export const make = (
  request: Pick<HttpServerRequest, "source">,
  stopping: Stopping["Service"],
  messages: Stream.Stream<string>
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.stream(withComments(counted(messages), stopping.begun).pipe(Stream.encodeText, cutOff(request)), {
    contentType: "text/event-stream",
    headers: { "cache-control": "no-store" }
  })

const events = Metric.counter("opwatch_events_total", {
  description: "Events that were sent to their readers",
  incremental: true
})

const streams = Metric.gauge("opwatch_streams", { description: "Streams of events that are being read" })

/** What came at once goes on as one: it costs each reader of a busy server no more than one message would. */
const counted = (messages: Stream.Stream<string>): Stream.Stream<string> =>
  Stream.unwrap(
    Effect.as(
      Effect.acquireRelease(Metric.modify(streams, 1), () => Metric.modify(streams, -1)),
      Stream.mapArrayEffect(messages, (some) => Effect.as(Metric.update(events, some.length), [some.join("")] as const))
    )
  )

/**
 * With one at once, which sends the headers on their way, and then regularly. It is the comments that end when it is time to, and
 * the messages with them: each merge on the way of a message costs about as much as all else on it.
 */
export const withComments = (
  messages: Stream.Stream<string>,
  end: Effect.Effect<void> = Effect.never
): Stream.Stream<string> => {
  const later = Stream.map(Stream.drop(Stream.tick(pause), 1), () => comment)
  const comments = Stream.concat(Stream.succeed(comment), Stream.interruptWhen(later, end))
  return Stream.merge(messages, comments, { haltStrategy: "either" })
}

const comment = ": opwatch\n\n"

/** What is taken off the stream was taken by the client, but for what its connection holds. */
const cutOff =
  ({ source }: Pick<HttpServerRequest, "source">) =>
  <A>(stream: Stream.Stream<A>): Stream.Stream<A> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        let taken = Monotonic.millis(clock)
        const look = Effect.gen(function* () {
          yield* Effect.sleep(pause)
          if (Monotonic.millis(clock) - taken > longestStall) destroySocket(source)
        })
        yield* Effect.forkScoped(Effect.forever(look))
        return Stream.tap(stream, () =>
          Effect.sync(() => {
            taken = Monotonic.millis(clock)
          })
        )
      })
    )

const destroySocket = (source: object) => {
  if (!Predicate.hasProperty(source, "socket") || !Predicate.hasProperty(source.socket, "destroy")) return
  const { destroy } = source.socket
  if (typeof destroy === "function") Reflect.apply(destroy, source.socket, [])
}

/**
 * Server-sent events as an answer. It is never silent for long, and holds little for a client that reads slowly; one that reads
 * nothing for a minute is cut off: it may come back and resume.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
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
  HttpServerResponse.stream(
    withComments(Stream.interruptWhen(messages, stopping.begun)).pipe(Stream.encodeText, cutOff(request)),
    {
      contentType: "text/event-stream",
      headers: { "cache-control": "no-store" }
    }
  )

/** With one at once, which sends the headers on their way, and then regularly. */
export const withComments = (messages: Stream.Stream<string>): Stream.Stream<string> =>
  Stream.merge(messages, comments, { haltStrategy: "left" })

const comments = Stream.map(Stream.tick(pause), () => ": opwatch\n\n")

/** What is taken off the stream was taken by the client, but for what its connection holds. */
const cutOff =
  ({ source }: Pick<HttpServerRequest, "source">) =>
  <A>(stream: Stream.Stream<A>): Stream.Stream<A> =>
    Stream.unwrap(
      Effect.gen(function* () {
        let taken = yield* Clock.currentTimeMillis
        const look = Effect.gen(function* () {
          yield* Effect.sleep(pause)
          if ((yield* Clock.currentTimeMillis) - taken > longestStall) destroySocket(source)
        })
        yield* Effect.forkScoped(Effect.forever(look))
        return Stream.tap(stream, () =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            taken = now
          })
        )
      })
    )

const destroySocket = (source: object) => {
  if (!Predicate.hasProperty(source, "socket") || !Predicate.hasProperty(source.socket, "destroy")) return
  const { destroy } = source.socket
  if (typeof destroy === "function") Reflect.apply(destroy, source.socket, [])
}

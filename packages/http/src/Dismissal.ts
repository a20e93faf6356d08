/** An answer lasts no longer than the key that it was given to counts: a wait is refused with that, and a stream ends. */
import type { Caller } from "@opwatch/access/Caller"
import { Unauthenticated } from "@opwatch/api/Problems"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"

type Response = HttpServerResponse.HttpServerResponse

export const whileItCounts = <E, R, E2>(
  { dismissed, owner }: Caller["Service"],
  answered: Effect.Effect<Response, E, R>,
  refuse: (problem: Unauthenticated) => Effect.Effect<Response, E2>
): Effect.Effect<Response, E | E2, R> => {
  if (dismissed === undefined) return answered
  const refused = Effect.suspend(() => refuse(new Unauthenticated({ detail: `the key ${owner} no longer counts` })))
  return Effect.map(Effect.raceFirst(answered, Effect.andThen(dismissed, refused)), (response) => {
    const { body } = response
    return body._tag !== "Stream"
      ? response
      : HttpServerResponse.setBody(
          response,
          HttpBody.stream(Stream.interruptWhen(body.stream, dismissed), body.contentType, body.contentLength)
        )
  })
}

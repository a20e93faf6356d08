/**
 * The changes of one operation as the server sends them. An event says that there is something new; the operation is then read
 * whole, with what events leave out. Each connection begins with the present state, so whatever happened while there was
 * none is not missed.
 */
import { PollFailed, StreamFailed } from "@opwatch/api/OperationEvent"
import type { Operation } from "@opwatch/core/Operation"
import type { Told } from "@opwatch/core/Provider"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { About, ServerClient } from "./ServerClient.ts"

/** Ends after the final state, and fails where it breaks off before. */
export const changes = (
  client: ServerClient,
  about: Required<About>,
  get: Effect.Effect<Operation, ProviderError>
): Stream.Stream<Told, ProviderError> => {
  const { id, source } = about
  const call = client.endpoints.operations.events({
    params: { source, id },
    query: { setbacks: true },
    headers: {},
    responseMode: "response-only"
  })
  const toldBy = Effect.fnUntraced(function* ({
    data,
    event
  }: Sse.Event): Effect.fn.Return<ReadonlyArray<Told>, ProviderError | Schema.SchemaError> {
    switch (event) {
      case "operation":
        return [{ operation: yield* get }]
      case "setback": {
        const { nextPollInMillis, problem } = yield* decodeSetback(data)
        return [{ error: client.told(about, problem), nextPollIn: Duration.millis(nextPollInMillis) }]
      }
      case "problem":
        return yield* client.told(about, yield* decodeProblem(data))
      default:
        return []
    }
  })
  return client.bytes(about, call).pipe(
    Stream.decodeText,
    Stream.pipeThroughChannel(Sse.decode()),
    Stream.mapEffect(toldBy),
    Stream.flattenIterable,
    Stream.catchTags({
      SchemaError: () => Stream.fail(client.malformed(about, "the server sent an event that makes no sense")),
      SseError: ({ message }) => Stream.fail(client.malformed(about, message)),
      Retry: () => Stream.fail(client.closed(about))
    }),
    Stream.concat(Stream.fail(client.closed(about))),
    Stream.takeUntil((told) => "operation" in told && told.operation.done)
  )
}

const decodeSetback = Schema.decodeUnknownEffect(PollFailed.fields.data)
const decodeProblem = Schema.decodeUnknownEffect(StreamFailed.fields.data)

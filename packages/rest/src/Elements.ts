/** The elements of a JSON array, each as soon as it is there, however many; a lone object is an array of one. */
import * as JsonArray from "effect/encoding/JsonArray"
import type { Json } from "effect/Schema"
import * as Stream from "effect/Stream"

/** Text that is no array fails with what `refuse` makes of the reason. */
export const decode =
  <E2>(refuse: (problem: string) => E2) =>
  <E>(text: Stream.Stream<string, E>): Stream.Stream<Json, E | E2> =>
    asArray(text).pipe(
      Stream.pipeThroughChannel(JsonArray.decodeString()),
      Stream.map((element) => element as Json),
      Stream.catchIf(JsonArray.isJsonArrayError, ({ message, offset }) =>
        Stream.fail(refuse(offset === undefined ? message : `${message} at character ${offset}`))
      )
    )

/** Puts brackets around text that begins with an object. */
const asArray = <E>(text: Stream.Stream<string, E>): Stream.Stream<string, E> =>
  Stream.suspend(() => {
    let kind: "array" | "object" | undefined
    const opened = Stream.map(text, (chunk) => {
      if (kind !== undefined || chunk.trim() === "") return chunk
      kind = chunk.trimStart().startsWith("{") ? "object" : "array"
      return kind === "object" ? `[${chunk}` : chunk
    })
    return Stream.concat(
      opened,
      Stream.suspend(() => (kind === "object" ? Stream.succeed("]") : Stream.empty))
    )
  })

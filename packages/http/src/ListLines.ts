/**
 * A provider's list as lines of JSON, sent while it comes. Whether it could be had at all is known before the first byte; a
 * failure after that is the last line.
 */
import { ListFailed } from "@opwatch/api/SourcesApi"
import * as ProviderProblem from "@opwatch/api/ProviderProblem"
import type { Operation } from "@opwatch/core/Operation"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"

/** Fails where the list fails before there is anything to send. The list is read further while the scope lasts. */
export const open = Effect.fnUntraced(function* (operations: Stream.Stream<Operation, ProviderError>) {
  const lines = operations.pipe(
    Stream.map((operation) => `${JSON.stringify(operation)}\n`),
    Stream.merge(emptyLines, { haltStrategy: "left" })
  )
  const [first, rest] = yield* Stream.peel(lines, Sink.take<string>(1))
  return Stream.fromIterable(first).pipe(
    Stream.concat(rest),
    Stream.catch((error) => Stream.succeed(lastLine(error))),
    Stream.tapCause((cause) => Effect.logError("A list failed", cause)),
    Stream.encodeText
  )
})

const encodeFailed = Schema.encodeSync(ListFailed)

const lastLine = (error: ProviderError): string =>
  `${JSON.stringify(encodeFailed({ problem: ProviderProblem.fromListError(error) }))}\n`

/** None at once. */
const emptyLines = Stream.tick(Duration.seconds(15)).pipe(
  Stream.drop(1),
  Stream.map(() => "\n")
)

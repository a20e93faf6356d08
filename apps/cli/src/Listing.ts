/** A list that is printed as it comes, whatever its length. What came before it broke off is there all the same. */
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Array from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as ListWriter from "./ListWriter.ts"
import type * as Output from "./Output.ts"
import * as Remark from "./Remark.ts"
import { StandardStreams } from "./StandardStreams.ts"
import type { Terminal } from "./terminal/Terminal.ts"

/** Columns for people that grow page by page. */
export interface Columns<A> {
  readonly page: (values: ReadonlyArray<A>, now: number) => string
  readonly end: () => string
}

/** What comes of the list, and last the failure that broke it off, if one did. */
type Listed<A> = Stream.Stream<Result.Result<A, ProviderError>>

export interface Options<A> {
  readonly format: Output.Format
  readonly columns: (terminal: Terminal) => Columns<A>
  /** What people are told of a list that is empty. */
  readonly nothing: string
}

export const print = <A>(list: Stream.Stream<A, ProviderError>, { columns, format, nothing }: Options<A>) => {
  const listed = list.pipe(
    Stream.map(Result.succeed),
    Stream.catchTag("ProviderError", (error) => Stream.succeed(Result.fail(error)))
  )
  return format === "text" ? inColumns(listed, columns, nothing) : forPrograms(listed, format)
}

const inColumns = Effect.fnUntraced(function* <A>(listed: Listed<A>, columns: Options<A>["columns"], nothing: string) {
  const streams = yield* StandardStreams
  const table = columns(yield* streams.output)
  let failure: ProviderError | undefined
  let isEmpty = true
  // What comes within a moment is a page, so that a list that comes slowly is seen as it comes.
  yield* Stream.runForEach(Stream.groupedWithin(listed, 50, "500 millis"), (page) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const [values, failures] = Array.separate(page)
      failure = failures[0]
      isEmpty &&= values.length === 0
      return streams.write(table.page(values, now))
    })
  )
  yield* streams.write(table.end())
  if (failure !== undefined) return yield* failure
  if (isEmpty) yield* Remark.say(nothing)
})

const forPrograms = Effect.fnUntraced(function* <A>(listed: Listed<A>, format: Output.ProgramFormat) {
  const writer = yield* ListWriter.forPrograms(format)
  let failure: ProviderError | undefined
  yield* Stream.runForEach(listed, (item) => {
    if (Result.isSuccess(item)) return writer.add(item.success)
    failure = item.failure
    return Effect.void
  })
  yield* writer.end(failure === undefined)
  if (failure !== undefined) return yield* failure
})

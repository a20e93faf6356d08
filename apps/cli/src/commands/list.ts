/** `opwatch list`: the provider's own list of operations, printed as it comes; a list of any length takes little memory. */
import type { ListQuery } from "@opwatch/core/ListQuery"
import type { Operation } from "@opwatch/core/Operation"
import { OperationState } from "@opwatch/core/OperationState"
import type { ProviderError } from "@opwatch/core/ProviderError"
import { providerOf } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Array from "effect/Array"
import * as Clock from "effect/Clock"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Asked from "../Asked.ts"
import * as Failure from "../Failure.ts"
import * as ListWriter from "../ListWriter.ts"
import * as Moment from "../Moment.ts"
import * as OperationTable from "../OperationTable.ts"
import type * as Output from "../Output.ts"
import { outputFlags, text } from "../ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import { StandardStreams } from "../StandardStreams.ts"

const moment = (name: string, about: string) =>
  Flag.String(name).pipe(
    Flag.filterMap(Moment.parse, () => Moment.form),
    Flag.withMetavar("T"),
    Flag.withDescription(about),
    Flag.optional
  )

const flags = {
  ...outputFlags,
  state: Flag.Literals("state", OperationState.literals).pipe(
    Flag.withMetavar("STATE"),
    Flag.withDescription("Only those in this state"),
    Flag.optional
  ),
  kind: text("kind", "KIND", "Only those of this kind, as opwatch prints it"),
  since: moment("since", "Only those submitted at that time or later; 2h means two hours ago"),
  until: moment("until", "Only those submitted at that time or earlier"),
  resource: text("resource", "PATH", "Those of one resource, as in compute/instances/<id>; the cloud needs it"),
  limit: Flag.String("limit").pipe(
    Flag.filterMap(
      (text) => (/^\d{1,9}$/.test(text) && Number(text) > 0 ? Option.some(Number(text)) : Option.none()),
      () => "a whole number, 1 or more"
    ),
    Flag.withMetavar("N"),
    Flag.withDescription("At most so many, the newest; all unless told otherwise"),
    Flag.optional
  ),
  source: Argument.String("SOURCE").pipe(Argument.withDescription("The source to list, as in toloka or cloud"))
}

export const list = Command.make("list", flags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const sources = yield* Asked.sourcesOf(input)
    const provider = yield* providerOf(sources, { source: yield* Asked.sourceNamed(input.source, "SOURCE") })
    const query = queryOf(input, yield* Clock.currentTimeMillis)
    const { since, until } = query
    if (since !== undefined && until !== undefined && Timestamp.order(since, until) > 0) {
      return yield* Failure.usage("InvalidValue", `--since ${since} is later than --until ${until}`)
    }
    const listed = provider.list(query).pipe(
      Stream.map(Result.succeed),
      Stream.catchTag("ProviderError", (error) => Stream.succeed(Result.fail(error)))
    )
    yield* format === "text" ? inColumns(listed) : forPrograms(listed, format)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Print a provider's own list of operations, the newest first. Yandex Cloud lists them by resource only, Toloka for the whole account only. Several conditions must all hold."
  ),
  Command.withShortDescription("Print the provider's own list"),
  Command.withExamples([
    { command: "opwatch list toloka --state running", description: "What runs now" },
    { command: "opwatch list toloka --kind TASK.BATCH_CREATE --since 7d", description: "The uploads of a week" },
    { command: "opwatch list cloud --resource compute/instances/fhm3abc --limit 5", description: "What was done last" },
    {
      command: "opwatch list toloka --state failed --since 1d --output ndjson | opwatch explain -",
      description: "Why they failed"
    }
  ])
)

interface Conditions {
  readonly state: Option.Option<OperationState>
  readonly kind: Option.Option<string>
  readonly since: Option.Option<Moment.Moment>
  readonly until: Option.Option<Moment.Moment>
  readonly resource: Option.Option<string>
  readonly limit: Option.Option<number>
}

const queryOf = ({ kind, limit, resource, since, state, until }: Conditions, now: number): ListQuery => {
  const timeOf = (moment: Option.Option<Moment.Moment>) =>
    Option.getOrUndefined(Option.map(moment, (given) => Moment.resolve(given, now)))
  return {
    state: Option.getOrUndefined(state),
    kind: Option.getOrUndefined(kind),
    since: timeOf(since),
    until: timeOf(until),
    resource: Option.getOrUndefined(resource),
    limit: Option.getOrUndefined(limit)
  }
}

/** What comes of the list, and last the failure that broke it off, if one did. */
type Listed = Stream.Stream<Result.Result<Operation, ProviderError>>

const inColumns = Effect.fnUntraced(function* (listed: Listed) {
  const streams = yield* StandardStreams
  const table = OperationTable.make(yield* streams.output)
  let failure: ProviderError | undefined
  let isEmpty = true
  // What comes within a moment is a page, so that a list that comes slowly is seen as it comes.
  yield* Stream.runForEach(Stream.groupedWithin(listed, 50, "500 millis"), (page) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const [operations, failures] = Array.separate(page)
      failure = failures[0]
      isEmpty &&= operations.length === 0
      return streams.write(table.page(operations, now))
    })
  )
  yield* streams.write(table.end())
  if (failure !== undefined) return yield* failure
  if (isEmpty) yield* Remark.say("no operations")
})

const forPrograms = Effect.fnUntraced(function* (listed: Listed, format: Output.ProgramFormat) {
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

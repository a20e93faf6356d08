/** `opwatch list`: the provider's own list of operations, printed as it comes; a list of any length takes little memory. */
import type { ListQuery } from "@opwatch/core/ListQuery"
import type { OperationState } from "@opwatch/core/OperationState"
import { providerOf } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import * as Listing from "../Listing.ts"
import * as Moment from "../flags/Moment.ts"
import * as OperationTable from "../text/OperationTable.ts"
import { limit, outputFlags, text, whichFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"

const moment = (name: string, about: string) =>
  Flag.String(name).pipe(
    Flag.filterMap(Moment.parse, () => Moment.form),
    Flag.withMetavar("T"),
    Flag.withDescription(about),
    Flag.optional
  )

const flags = {
  ...outputFlags,
  ...whichFlags,
  since: moment("since", "Only those submitted at that time or later; 2h means two hours ago"),
  until: moment("until", "Only those submitted at that time or earlier"),
  resource: text("resource", "PATH", "Those of one resource, as in compute/instances/<id>; the cloud needs it"),
  limit: limit("At most so many, the newest; all unless told otherwise"),
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
    yield* Listing.print(provider.list(query), { format, columns: OperationTable.make, nothing: "no operations" })
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

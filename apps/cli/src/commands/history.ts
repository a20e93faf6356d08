/** `opwatch history`: how long the operations of a source take, as far as is known, and how they are polled for it. */
import type { KindDurations } from "@opwatch/core/KindDurations"
import type { SourceName } from "@opwatch/core/Reference"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Asked from "../Asked.ts"
import * as HistoryTable from "../text/HistoryTable.ts"
import * as ListWriter from "../ListWriter.ts"
import type { Server } from "../OpenServer.ts"
import { outputFlags, price } from "../flags/ReadingFlags.ts"
import { ProcessEnvironment } from "../ProcessEnvironment.ts"
import * as Remark from "../Remark.ts"
import * as SourcesPlace from "../SourcesPlace.ts"
import { StandardStreams } from "../StandardStreams.ts"
import * as TrackingServer from "../tracking/TrackingServer.ts"

const flags = {
  ...outputFlags,
  price,
  source: Argument.String("SOURCE").pipe(Argument.withDescription("The source, as in toloka or cloud"))
}

export const history = Command.make("history", flags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const source = yield* Asked.sourceNamed(input.source, "SOURCE")
    const price = Option.getOrUndefined(input.price)
    const { kinds, remark } = yield* SourcesPlace.$match(yield* SourcesPlace.of(input), {
      Configured: () => own(input, source, price),
      Server: (server) => ofServer(server, source, price)
    })
    if (format === "text") yield* tell(kinds)
    else {
      const list = yield* ListWriter.forPrograms(format)
      for (const kind of kinds) yield* list.add(kind)
      yield* list.end(true)
    }
    if (kinds.length === 0) yield* Remark.say(`nothing is known of how long operations of ${source} take`)
    yield* Remark.say(remark)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Show how long the operations of a source took, kind by kind, and what that makes of a wait for one from its submission on: how many polls it takes, and how long after its end it is seen, both at the mean. It was learned by wait and watch on this machine, whose polls are a minute apart at most; with a server, it is what the server has learned and does."
  ),
  Command.withShortDescription("Show how long operations take"),
  Command.withExamples([
    { command: "opwatch history toloka", description: "Of each kind" },
    { command: "opwatch history cloud --price 10s", description: "With fewer polls, each seen later" },
    {
      command: "opwatch history cloud --json | jq '.[] | {kind, medianMillis}'",
      description: "For a script"
    }
  ])
)

const tell = Effect.fnUntraced(function* (kinds: ReadonlyArray<KindDurations>) {
  const streams = yield* StandardStreams
  yield* streams.write(HistoryTable.render(kinds, yield* streams.output))
})

const own = Effect.fnUntraced(function* (
  input: SourcesPlace.Flags & Pick<Asked.Input, "json" | "output">,
  source: SourceName,
  price: Duration.Duration | undefined
) {
  const sources = yield* Asked.sourcesOf(input)
  const { show } = yield* Effect.promise(() => import("../history/ShownHistory.ts"))
  return yield* show(sources, source, price)
})

const ofServer = Effect.fnUntraced(function* (
  server: Server,
  source: SourceName,
  price: Duration.Duration | undefined
) {
  const { durationsOf } = yield* Effect.promise(() => import("../OpenServer.ts"))
  const asked = yield* durationsOf(server, yield* ProcessEnvironment)
  const { kinds } = yield* TrackingServer.ask(server, asked(source, price))
  return { kinds, remark: `the opwatch server at ${server.url} learns it from what it tracks` }
})

/** `opwatch summary`: how far all that is tracked under some labels is; with `--wait`, once all of it is done. */
import * as DurationText from "@opwatch/core/DurationText"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import * as GoesOn from "../waiting/GoesOn.ts"
import * as HelpTable from "../help/HelpTable.ts"
import * as LabelFlags from "../flags/LabelFlags.ts"
import * as Output from "../Output.ts"
import { duration, serverFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import { StandardStreams } from "../StandardStreams.ts"
import * as SummaryText from "../text/SummaryText.ts"
import * as TrackingServer from "../tracking/TrackingServer.ts"

const flags = {
  ...serverFlags,
  label: LabelFlags.label(
    "Of what is tracked with this label; of several it has all. Without one, of all that is tracked"
  ),
  wait: duration("wait", "How long to wait until all of it is done; without it, the answer comes at once")
}

export const summary = Command.make("summary", flags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const labels = yield* LabelFlags.labelsOf(input.label)
    const tracking = yield* TrackingServer.open(input, "opwatch summary")
    if (Option.isNone(input.wait)) {
      return yield* print(format, yield* TrackingServer.ask(tracking, tracking.summary(labels)))
    }
    const wait = input.wait.value
    const { waitFor } = yield* Effect.promise(() => import("../tracking/SummaryWait.ts"))
    const { notify } = yield* StandardStreams
    const resume = ["summary", ...GoesOn.flag("--server", input.server), ...LabelFlags.again(labels)]
    const again = GoesOn.commandLine([...resume, "--wait", DurationText.format(wait)])
    const tell = (code: string, message: string) =>
      notify(
        Failure.render(
          new Failure.Failure({ code, message, exitCode: ExitCode.timedOut, hint: `resume with: ${again}` }),
          Output.isJson(format)
        )
      )
    const found = yield* Effect.onInterrupt(waitFor(tracking, labels, wait), () =>
      tell("Interrupted", "interrupted; what is not done goes on")
    )
    if (found !== undefined) yield* print(format, found)
    if (found === undefined || !SummaryText.isDone(found)) {
      const time = `time ran out after ${DurationText.format(wait)}`
      yield* tell("WaitTimedOut", `${time}; ${found === undefined ? noAnswer : "what is not done goes on"}`)
    }
    yield* Answer.endWith(found === undefined ? [ExitCode.timedOut] : SummaryText.codesOf(found))
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Count how many of the operations that an opwatch server keeps watch over have ended, and how. Exit code 0 then; with --wait it ends as wait would for all of them: 0 when all succeeded, 1, 4 and 7 when some failed, are lost or were cancelled, 3 when time is up before all are done. Needs --server."
  ),
  Command.annotate(HelpTable.Tables, [HelpTable.exitCodesOfWait]),
  Command.withShortDescription("Count what a server keeps watch over"),
  Command.withExamples([
    { command: "opwatch summary --server http://127.0.0.1:4080", description: "Of all that is tracked" },
    { command: "opwatch summary --label batch=2024-05 --wait 6h", description: "Until a batch is done, in a CI job" }
  ])
)

const noAnswer = "the opwatch server has not answered"

const print = Effect.fnUntraced(function* (format: Output.Format, summary: SummaryText.Summary) {
  const { write } = yield* StandardStreams
  yield* format === "text"
    ? write(`${SummaryText.render(summary)}\n`)
    : Effect.flatMap(Output.whole(format, summary), write)
  if (summary.total === 0) yield* Remark.say("nothing of that is tracked")
})

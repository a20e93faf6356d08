/** `opwatch watch`: a line for each change until all operations are done. */
import type { Operation } from "@opwatch/core/Operation"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import * as GoesOn from "../waiting/GoesOn.ts"
import * as HelpTable from "../help/HelpTable.ts"
import * as OwnHistory from "../history/OwnHistory.ts"
import * as ListWriter from "../ListWriter.ts"
import * as OperationText from "../text/OperationText.ts"
import * as Output from "../Output.ts"
import * as Progress from "../progress/Progress.ts"
import { noHistory, readingFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import { StandardStreams, type WriteError } from "../StandardStreams.ts"
import { freshLine, type Terminal } from "../terminal/Terminal.ts"
import * as Waiting from "../waiting/Waiting.ts"

export const watch = Command.make("watch", { ...readingFlags, noHistory }, (input) =>
  Effect.gen(function* () {
    const resume = [
      "watch",
      ...GoesOn.flag("--config", input.config),
      ...GoesOn.flag("--server", input.server),
      ...GoesOn.flag("--source", input.source),
      ...GoesOn.flag("--no-history", input.noHistory)
    ]
    const beginning = { timeout: Option.none(), giveUpAfter: Option.none(), again: [...resume, ...input.refs] }
    const asked = yield* Asked.open(input, beginning)
    const streams = yield* StandardStreams
    const list = yield* ListWriter.make(asked.format, lineFor(asked.targets))
    const wait = Waiting.make(asked.targets, { durations: yield* OwnHistory.follow(input, asked) })
    const asJson = Output.isJson(asked.format)
    const tell = (failure: Failure.Failure) => streams.notify(Failure.render(failure, asJson))

    const alsoPrinting = (progress: Progress.Progress): Waiting.Listener<WriteError> => ({
      onEvent: (target, event) =>
        Effect.andThen(
          event._tag === "Observed" && event.changed ? list.add(event.operation) : Effect.void,
          progress.onEvent(target, event)
        ),
      onOutcome: Effect.fnUntraced(function* (target, outcome) {
        yield* progress.onOutcome(target, outcome)
        if (outcome._tag !== "Unreadable") return
        const failure = Failure.from(outcome.error)
        if (asked.several && asked.format !== "text") yield* list.addOther(Answer.failed(failure))
        else if (!progress.hasTold(target)) yield* tell(failure)
      })
    })
    const { format, several, targets } = asked
    const { quiet } = input
    yield* Progress.make({ targets, all: wait.all, format, several, quiet, written: "changes" }).pipe(
      Effect.flatMap((progress) => wait.run(alsoPrinting(progress))),
      Effect.scoped,
      Effect.onInterrupt(
        Effect.fnUntraced(function* () {
          yield* streams.notify(freshLine(yield* streams.error))
          const refs = Waiting.unfinished(wait.all()).map(({ target }) => target.ref)
          const total = targets.length
          const left = { code: "Interrupted", why: "interrupted", refs, total, goesOn: true, resume } as const
          if (refs.length > 0) yield* tell(GoesOn.failure(left))
        })
      )
    )
    yield* list.end(asked.several)
    yield* Answer.endWith(wait.all().flatMap(({ outcome }) => (outcome === undefined ? [] : [Waiting.codeOf(outcome)])))
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription("Print a line for each change until all operations are done. Exit codes are those of wait."),
  Command.annotate(HelpTable.Tables, [HelpTable.exitCodesOfWait]),
  Command.withShortDescription("Print a line for each change until done"),
  Command.withExamples([
    { command: "opwatch watch toloka/57068577e4b0bf7b07a0256f", description: "For people" },
    { command: "opwatch watch cloud/fhm3abc cloud/fhm4def --output ndjson | jq .state", description: "For programs" }
  ])
)

const lineFor = (targets: ReadonlyArray<Asked.Target>) => {
  const widest = targets.reduce((most, { ref }) => Math.max(most, ref.length), 0)
  const refWidth = targets.length > 1 ? widest : 0
  return (operation: Operation, terminal: Terminal): string =>
    `${operation.observedAt.slice(0, 19)}Z  ${OperationText.line(operation, terminal, refWidth)}`
}

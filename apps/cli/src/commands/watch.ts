/** `opwatch watch`: a line for each change until all operations are done. */
import type { Operation } from "@opwatch/core/Operation"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import * as Failure from "../Failure.ts"
import * as GoesOn from "../GoesOn.ts"
import * as ListWriter from "../ListWriter.ts"
import * as OperationText from "../OperationText.ts"
import * as Output from "../Output.ts"
import { readingFlags } from "../ReadingFlags.ts"
import * as Setback from "../Setback.ts"
import { StandardStreams, type WriteError } from "../StandardStreams.ts"
import * as Waiting from "../Waiting.ts"

export const watch = Command.make("watch", readingFlags, (input) =>
  Effect.gen(function* () {
    const asked = yield* Asked.open(input)
    const streams = yield* StandardStreams
    const list = yield* ListWriter.make(asked.format, lineOf)
    const wait = Waiting.make(asked.targets)
    const tell = (failure: Failure.Failure, asJson: boolean) => streams.notify(Failure.render(failure, asJson))
    const asJson = Output.isJson(asked.format)

    const listener: Waiting.Listener<WriteError> = {
      onEvent: ({ ref }, event) => {
        if (event._tag === "Setback") return streams.notify(`${ref}: ${Setback.describe(event)}\n`)
        return event.changed ? list.add(event.operation) : Effect.void
      },
      onOutcome: (_, outcome) => {
        if (outcome._tag !== "Unreadable") return Effect.void
        const failure = Failure.from(outcome.error)
        return asked.several && asked.format !== "text" ? list.addOther(Answer.failed(failure)) : tell(failure, asJson)
      }
    }
    yield* wait.run(listener).pipe(
      Effect.onInterrupt(() => {
        const refs = Waiting.unfinished(wait.all()).map(({ target }) => target.ref)
        const resume = ["watch", ...GoesOn.flag("--config", input.config), ...GoesOn.flag("--source", input.source)]
        const total = asked.targets.length
        const left = { code: "Interrupted", why: "interrupted", refs, total, goesOn: true, resume } as const
        return refs.length === 0 ? Effect.void : tell(GoesOn.failure(left), asJson)
      })
    )
    yield* list.end(asked.several)
    yield* Answer.endWith(wait.all().flatMap(({ outcome }) => (outcome === undefined ? [] : [Waiting.codeOf(outcome)])))
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription("Print a line for each change until all operations are done. Exit codes are those of wait."),
  Command.withShortDescription("Print a line for each change until done"),
  Command.withExamples([
    { command: "opwatch watch toloka/57068577e4b0bf7b07a0256f", description: "For people" },
    { command: "opwatch watch cloud/fhm3abc cloud/fhm4def --output ndjson | jq .state", description: "For programs" }
  ])
)

const lineOf = (operation: Operation): string =>
  `${operation.observedAt.slice(0, 19)}Z  ${OperationText.line(operation)}`

/** `opwatch log`: the steps of an operation as they come; a log of any length takes no memory. */
import type { LogStep } from "@opwatch/core/LogStep"
import { readLog } from "@opwatch/core/ReadLog"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import type { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import * as ListWriter from "../ListWriter.ts"
import * as LogStepText from "../text/LogStepText.ts"
import * as Output from "../Output.ts"
import { readingFlags, toggle } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import { StandardStreams } from "../StandardStreams.ts"

const flags = {
  ...readingFlags,
  failed: toggle("failed", "Only the steps that failed"),
  created: toggle("created", "Only the steps that created something")
}

export const log = Command.make("log", flags, (input) =>
  Effect.gen(function* () {
    const asked = yield* Asked.open(input)
    const streams = yield* StandardStreams
    const list = yield* ListWriter.make(asked.format, LogStepText.render)
    const all = !input.failed && !input.created
    const wanted = (step: LogStep) =>
      all || (input.failed && !step.success) || (input.created && step.created !== undefined)
    const codes: Array<ExitCode> = []
    for (const target of asked.targets) {
      if (asked.format === "text" && asked.targets.length > 1) yield* streams.write(`${target.ref}\n`)
      const read = readLog(target.provider, target.reference.id, (step) =>
        wanted(step) ? list.add(step) : Effect.void
      )
      const failure = yield* Effect.as(read, undefined).pipe(
        Effect.catchTag("ProviderError", (error) => Effect.succeed(Failure.from(error)))
      )
      if (failure === undefined) continue
      codes.push(failure.exitCode)
      if (asked.several && asked.format !== "text") yield* list.addOther(Answer.failed(failure))
      else yield* streams.notify(Failure.render(failure, Output.isJson(asked.format)))
    }
    yield* list.end(codes.length === 0 || asked.several)
    yield* Answer.endWith(codes)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Print the log of operations step by step. Asynchronous creates on Toloka have one, and managed databases on Yandex Cloud tell what they began; where there is none the exit code is 8."
  ),
  Command.withShortDescription("Print the log step by step"),
  Command.withExamples([
    { command: "opwatch log toloka/57068577e4b0bf7b07a0256f --failed", description: "What went wrong, item by item" },
    {
      command: "opwatch log toloka/57068577e4b0bf7b07a0256f --created --output ndjson | jq -r .created.id",
      description: "The ids of what a partial upload created"
    }
  ])
)

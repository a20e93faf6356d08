/** `opwatch cancel`: asks to cancel. That it was accepted does not mean that the operation has ended. */
import type { Operation } from "@opwatch/core/Operation"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import { ExitCode } from "../ExitCode.ts"
import * as GoesOn from "../waiting/GoesOn.ts"
import * as OwnHistory from "../history/OwnHistory.ts"
import * as OperationTable from "../text/OperationTable.ts"
import * as OperationText from "../text/OperationText.ts"
import { readingFlags, toggle } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as Request from "../Request.ts"
import { StandardStreams } from "../StandardStreams.ts"
import { waitFor } from "../waiting/WaitFor.ts"

const flags = { ...readingFlags, wait: toggle("wait", "Wait until the operations are done; ends as wait would") }

export const cancel = Command.make("cancel", flags, (input) =>
  Effect.gen(function* () {
    const asked = yield* Asked.open(input)
    const answers = yield* Answer.collect(asked, Request.cancel)
    if (!input.wait) {
      yield* Answer.print(asked, answers, asked.several ? OperationTable.render : OperationText.blocks)
      const streams = yield* StandardStreams
      const remarks = [...answers.values()].flatMap((answer) =>
        Result.isSuccess(answer) ? (remark(answer.success) ?? []) : []
      )
      for (const text of remarks) yield* streams.notify(`opwatch: ${text}\n`)
      return yield* Answer.endWith([...Answer.codesOf(answers), ...remarks.map(() => ExitCode.unsupported)])
    }
    const refused = new Map([...answers].filter(([, answer]) => Result.isFailure(answer)))
    yield* waitFor(asked, {
      durations: yield* OwnHistory.follow(input, asked),
      quiet: input.quiet,
      refused,
      remark,
      resumeFlags: [
        ...GoesOn.flag("--config", input.config),
        ...GoesOn.flag("--server", input.server),
        ...GoesOn.flag("--source", input.source)
      ]
    })
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Ask to cancel operations, and show them as they stand. Exit code 0 says that the request was accepted, 8 that this cannot be cancelled. Toloka cannot cancel at all."
  ),
  Command.withShortDescription("Ask to cancel operations"),
  Command.withExamples([
    { command: "opwatch cancel cloud/fhm3abc", description: "Ask, and go on" },
    { command: "opwatch cancel cloud/fhm3abc --wait", description: "Exit code 7 once it has been cancelled" }
  ])
)

/** How one ended that was to be cancelled and was not. */
const remark = ({ ref, state }: Operation): string | undefined => {
  switch (state) {
    case "succeeded":
      return `${ref} was not cancelled: it succeeded first`
    case "failed":
      return `${ref} was not cancelled: it failed`
    default:
      return undefined
  }
}

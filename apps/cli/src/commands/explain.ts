/** `opwatch explain`: why operations are as they are, and what to do next. */
import { explainOperation } from "@opwatch/core/ExplainOperation"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import * as ExplanationText from "../text/ExplanationText.ts"
import { readingFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as Request from "../Request.ts"

export const explain = Command.make("explain", readingFlags, (input) =>
  Effect.gen(function* () {
    const asked = yield* Asked.open(input)
    const get = Request.getter()
    const ask = (target: Asked.Target) =>
      Effect.flatMap(get(target), (operation) => explainOperation(target.provider, operation))
    yield* Answer.tell(asked, ask, ExplanationText.render)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Say why operations are as they are, what they created, and what to do next. Reads the log where there is one."
  ),
  Command.withShortDescription("Say why operations are as they are"),
  Command.withExamples([
    { command: "opwatch explain toloka/57068577e4b0bf7b07a0256f", description: "What failed, and for which items" },
    { command: "opwatch explain - < references.txt", description: "Many: equal reasons are told once" }
  ])
)

/** `opwatch get`: the operations as they are now. A failed operation that could be read is a success here. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Asked from "../Asked.ts"
import * as Answer from "../Answer.ts"
import * as Expectation from "../history/Expectation.ts"
import * as OperationTable from "../text/OperationTable.ts"
import * as OperationText from "../text/OperationText.ts"
import { readingFlags, toggle } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as Request from "../Request.ts"

const flags = {
  ...readingFlags,
  history: toggle("history", "Each change that an opwatch server saw, in place of the operation now; needs --server")
}

export const get = Command.make("get", flags, (input) =>
  Effect.gen(function* () {
    if (input.history) return yield* (yield* Effect.promise(() => import("../tracking/History.ts"))).tell(input)
    const asked = yield* Asked.open(input)
    const [get, expecting] = [Request.getter(), yield* Expectation.make(input, asked)]
    const text = asked.several ? OperationTable.render : OperationText.blocks
    yield* Answer.tell(asked, (target) => Effect.flatMap(get(target), expecting), text)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Show operations as they are now. A failed operation that could be read is no error: exit code 0."
  ),
  Command.withShortDescription("Show operations as they are now"),
  Command.withExamples([
    { command: "opwatch get toloka/57068577e4b0bf7b07a0256f", description: "One operation" },
    { command: "opwatch get https://toloka.dev/api/v1/operations/57068577e4b0bf7b07a0256f", description: "By its URL" },
    { command: "opwatch get --source cloud fhm3abc fhm4def --json", description: "Two, as a JSON array" },
    {
      command: "opwatch get cloud/fhm3abc --history --server http://127.0.0.1:4080",
      description: "What happened to it since it is tracked"
    },
    { command: "yc compute instance create … --async --format json | opwatch get -", description: "From another tool" }
  ])
)

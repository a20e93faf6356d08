/** `opwatch untrack`: a server need not keep watch any more. The operations go on. */
import * as Reference from "@opwatch/core/Reference"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import { trackingFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as Request from "../Request.ts"
import * as TrackingServer from "../tracking/TrackingServer.ts"

export const untrack = Command.make("untrack", trackingFlags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const tracking = yield* TrackingServer.open(input, "opwatch untrack")
    const references = yield* TrackingServer.references(tracking, input)
    const answers = yield* Effect.forEach(
      references,
      Effect.fnUntraced(function* (reference) {
        const ref = Reference.format(reference)
        const result = yield* Effect.result(TrackingServer.ask(tracking, tracking.untrack(reference)))
        return [
          ref,
          Result.mapBoth(result, { onFailure: Failure.from, onSuccess: () => ({ ref, untracked: true }) })
        ] as const
      }),
      { concurrency: Request.concurrency }
    )
    const refs = answers.map(([ref]) => ref)
    const byRef = new Map(answers)
    yield* Answer.print({ format, refs, several: Asked.isSeveral(input) }, byRef, (values) =>
      values.map(({ ref }) => `${ref}  not tracked any more\n`).join("")
    )
    yield* Answer.endWith(Answer.codesOf(byRef))
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Let an opwatch server stop keeping watch over operations: they go on, and others who track them are still told. The webhook that an operation was tracked with goes too. Exit code 4 where one was not tracked. Needs --server."
  ),
  Command.withShortDescription("Let a server stop keeping watch"),
  Command.withExamples([
    { command: "opwatch untrack cloud/fhm3abc --server http://127.0.0.1:4080", description: "One" },
    {
      command: "opwatch tracked --label batch=2024-05 --output ndjson | opwatch untrack -",
      description: "All under a label, with OPWATCH_SERVER set"
    }
  ])
)

/** `opwatch tracked`: what a server keeps watch over, printed as it comes. */
import { present } from "@opwatch/core/FieldReader"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Asked from "../Asked.ts"
import * as LabelFlags from "../flags/LabelFlags.ts"
import * as Listing from "../Listing.ts"
import { limit, serverFlags, text, whichFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as TrackedTable from "../text/TrackedTable.ts"
import * as TrackingServer from "../tracking/TrackingServer.ts"

const flags = {
  ...serverFlags,
  source: text("source", "NAME", "Only those of this source"),
  ...whichFlags,
  label: LabelFlags.label("Only those with this label; of several they have all"),
  limit: limit("At most so many, the latest tracked; all unless told otherwise")
}

const largestPage = 1_000

export const tracked = Command.make("tracked", flags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const source = Option.isNone(input.source) ? undefined : yield* Asked.sourceNamed(input.source.value, "--source")
    const conditions = {
      ...present({ source, state: Option.getOrUndefined(input.state), kind: Option.getOrUndefined(input.kind) }),
      label: yield* LabelFlags.labelsOf(input.label)
    }
    const tracking = yield* TrackingServer.open(input, "opwatch tracked")
    const most = Option.getOrElse(input.limit, () => Infinity)
    const operations = TrackingServer.paged(tracking, Math.min(most, largestPage), (page) =>
      tracking.trackedPage(conditions, page)
    )
    const nothing = "nothing of that is tracked"
    yield* Listing.print(Stream.take(operations, most), { format, columns: TrackedTable.make, nothing })
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Print what an opwatch server keeps watch over for its key, the latest tracked first. Several conditions must all hold. Needs --server."
  ),
  Command.withShortDescription("Print what a server keeps watch over"),
  Command.withExamples([
    { command: "opwatch tracked --server http://127.0.0.1:4080", description: "All of it" },
    { command: "opwatch tracked --label batch=2024-05 --state failed", description: "With OPWATCH_SERVER set" },
    {
      command: "opwatch tracked --state failed --output ndjson | opwatch explain -",
      description: "Why they failed"
    }
  ])
)

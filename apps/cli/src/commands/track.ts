/** `opwatch track`: a server keeps watch from now on, whatever becomes of this command. A secret it made is printed this once. */
import * as DurationText from "@opwatch/core/DurationText"
import { present } from "@opwatch/core/FieldReader"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Asked from "../Asked.ts"
import * as LabelFlags from "../flags/LabelFlags.ts"
import { text, trackingFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as TrackingServer from "../tracking/TrackingServer.ts"

const flags = {
  ...trackingFlags,
  label: LabelFlags.label("What to call it by; may be given several times"),
  deadline: Flag.String("deadline").pipe(
    Flag.filter(
      (value) => Option.isSome(Timestamp.fromRfc3339(value)) || Option.isSome(DurationText.parse(value)),
      () => `a time such as 2024-05-06T07:08:09Z, or ${DurationText.form}, from now`
    ),
    Flag.withMetavar("D"),
    Flag.withDescription(
      "When it should be done: 2h means two hours from now. Later it counts as overdue, and goes on"
    ),
    Flag.optional
  ),
  webhook: text("webhook", "URL", "Where the server is to send each change; signed with OPWATCH_WEBHOOK_SECRET if set")
}

export const track = Command.make("track", flags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const labels = yield* LabelFlags.labelsOf(input.label)
    const tracking = yield* TrackingServer.open(input, "opwatch track")
    const { tell, webhookOf } = yield* Effect.promise(() => import("../tracking/TrackBatches.ts"))
    const webhook = yield* webhookOf(Option.getOrUndefined(input.webhook))
    const references = yield* TrackingServer.references(tracking, input)
    const request = { labels, ...present({ deadline: Option.getOrUndefined(input.deadline), webhook }) }
    yield* tell(tracking, { format, several: Asked.isSeveral(input), references, request })
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Let an opwatch server keep watch over operations until they end, when this command has long ended: it polls them, keeps their history and tells who wants to know. Needs --server. Labels, deadline and webhook of what is tracked already become those given now. One that is refused does not stop the others."
  ),
  Command.withShortDescription("Let a server keep watch over operations"),
  Command.withExamples([
    { command: "opwatch track cloud/fhm3abc --server http://127.0.0.1:4080", description: "From now on" },
    {
      command: "opwatch track - --label batch=2024-05 --deadline 6h < operations.json",
      description: "Many, under a label, with OPWATCH_SERVER set"
    },
    {
      command: "opwatch track cloud/fhm3abc --webhook https://hooks.example.org/opwatch --json | jq -r .webhook.secret",
      description: "With a webhook: the secret that the server makes is told this once"
    }
  ])
)

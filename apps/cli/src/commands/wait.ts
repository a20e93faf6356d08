/** `opwatch wait`: until all operations are done, or one of them. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Asked from "../Asked.ts"
import * as GoesOn from "../GoesOn.ts"
import { duration, pause, readingFlags, toggle } from "../ReadingFlags.ts"
import { waitFor } from "../WaitFor.ts"

const occasions = ["timeout", "interrupt"] as const
type Occasion = (typeof occasions)[number]

const isOccasion = (text: string): text is Occasion => occasions.some((occasion) => occasion === text)

const flags = {
  ...readingFlags,
  timeout: duration("timeout", "How long to wait; without it, as long as it takes"),
  interval: pause("interval", "Poll at this fixed interval"),
  maxInterval: pause("max-interval", "The longest pause between two polls; 1m unless told otherwise"),
  giveUpAfter: duration("give-up-after", "How long polls may fail without a break; 15m unless told otherwise"),
  any: toggle("any", "Until one of the operations is done"),
  failFast: toggle("fail-fast", "Stop at the first one that fails"),
  strict: toggle("strict", "Take a partial success for exit code 9"),
  new: toggle("new", "Forgive a not-found right after creation"),
  cancelOn: Flag.String("cancel-on").pipe(
    Flag.filterMap(
      (text) => {
        const words = text.split(",").map((word) => word.trim())
        return words.every(isOccasion) ? Option.some<ReadonlyArray<Occasion>>(words) : Option.none()
      },
      () => "timeout, interrupt, or both with a comma between"
    ),
    Flag.withMetavar("timeout,interrupt"),
    Flag.withDescription("When to ask the provider to cancel what is not done; otherwise nothing is cancelled"),
    Flag.withDefault([])
  )
}

export const wait = Command.make("wait", flags, (input) =>
  Effect.gen(function* () {
    const asked = yield* Asked.open(input)
    yield* waitFor(asked, {
      timeout: Option.getOrUndefined(input.timeout),
      interval: Option.getOrUndefined(input.interval),
      maxInterval: Option.getOrUndefined(input.maxInterval),
      giveUpAfter: Option.getOrUndefined(input.giveUpAfter),
      isNew: input.new,
      any: input.any,
      failFast: input.failFast,
      strict: input.strict,
      cancelOn: input.cancelOn,
      resumeFlags: [
        ...GoesOn.flag("--config", input.config),
        ...GoesOn.flag("--source", input.source),
        ...GoesOn.flag("--any", input.any),
        ...GoesOn.flag("--fail-fast", input.failFast),
        ...GoesOn.flag("--strict", input.strict)
      ]
    })
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    "Wait until all operations are done. Exit code 0 says that all succeeded. Time-outs and interruptions cancel nothing unless --cancel-on says so."
  ),
  Command.withShortDescription("Wait until operations are done"),
  Command.withExamples([
    { command: "opwatch wait toloka/57068577e4b0bf7b07a0256f", description: "As long as it takes" },
    { command: "opwatch wait cloud/fhm3abc cloud/fhm4def --timeout 30m --fail-fast", description: "In a CI job" },
    { command: "opwatch wait - --any --json < operations.json", description: "Until one of many is done" }
  ])
)

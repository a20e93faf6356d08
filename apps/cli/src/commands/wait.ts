/** `opwatch wait`: until all operations are done, or one of them. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import * as GoesOn from "../waiting/GoesOn.ts"
import * as HelpTable from "../help/HelpTable.ts"
import * as OwnHistory from "../history/OwnHistory.ts"
import { duration, noHistory, pause, price, readingFlags, references, text, toggle } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as Unfinished from "../waiting/Unfinished.ts"
import { waitFor } from "../waiting/WaitFor.ts"

const occasions = ["timeout", "interrupt"] as const
type Occasion = (typeof occasions)[number]

const isOccasion = (text: string): text is Occasion => occasions.some((occasion) => occasion === text)

const flags = {
  ...readingFlags,
  refs: references(0),
  resource: text("resource", "PATH", "In place of references: all that is unfinished on a resource of --source"),
  timeout: duration("timeout", "How long to wait; without it, as long as it takes"),
  price,
  interval: pause("interval", "Poll at this fixed interval"),
  maxInterval: pause("max-interval", "The longest pause between two polls; 1m unless told otherwise"),
  giveUpAfter: duration("give-up-after", "How long polls may fail without a break; 15m unless told otherwise"),
  noHistory,
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
    if (Option.isSome(input.price) && Option.isSome(input.interval)) return yield* contradiction
    const resumeFlags = [
      ...GoesOn.flag("--config", input.config),
      ...GoesOn.flag("--server", input.server),
      ...GoesOn.flag("--source", input.source),
      ...GoesOn.flag("--any", input.any),
      ...GoesOn.flag("--fail-fast", input.failFast),
      ...GoesOn.flag("--strict", input.strict),
      ...GoesOn.flag("--no-history", input.noHistory)
    ]
    const asked = yield* askedOf(input, resumeFlags)
    yield* waitFor(asked, {
      durations: yield* OwnHistory.follow(input, asked),
      price: Option.getOrUndefined(input.price),
      timeout: Option.getOrUndefined(Option.map(input.timeout, (timeout) => Duration.subtract(timeout, asked.spent))),
      interval: Option.getOrUndefined(input.interval),
      maxInterval: Option.getOrUndefined(input.maxInterval),
      giveUpAfter: Option.getOrUndefined(input.giveUpAfter),
      isNew: input.new,
      any: input.any,
      failFast: input.failFast,
      strict: input.strict,
      cancelOn: input.cancelOn,
      quiet: input.quiet,
      resumeFlags
    })
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Wait until all operations are done. Exit code 0 says that all succeeded. Time-outs and interruptions cancel nothing unless --cancel-on says so. Standard error shows how far it is: on a terminal as rows that are redrawn, elsewhere as a line a change, and one after five minutes without any."
  ),
  Command.annotate(HelpTable.Tables, [HelpTable.exitCodesOfWait]),
  Command.withShortDescription("Wait until operations are done"),
  Command.withExamples([
    { command: "opwatch wait toloka/57068577e4b0bf7b07a0256f", description: "As long as it takes" },
    { command: "opwatch wait cloud/fhm3abc cloud/fhm4def --timeout 30m --fail-fast", description: "In a CI job" },
    { command: "opwatch wait --source cloud --resource compute/instances/fhm3abc", description: "Until it is at rest" },
    { command: "opwatch wait - --any --json < operations.json", description: "Until one of many is done" }
  ])
)

interface Input extends Asked.Input, Omit<Unfinished.Options, "resource"> {
  readonly resource: Option.Option<string>
}

/** By references or by resource, and not by both. */
const askedOf = (input: Input, resumeFlags: ReadonlyArray<string>) => {
  if (Option.isNone(input.resource)) {
    return input.refs.length > 0
      ? Asked.open(input, { ...input, again: ["wait", ...resumeFlags, ...input.refs] })
      : Effect.fail(nothingNamed)
  }
  return input.refs.length > 0
    ? Effect.fail(Failure.usage("InvalidValue", "--resource stands in place of references; give one or the other"))
    : Unfinished.open(input, { ...input, resource: input.resource.value })
}

const contradiction = Failure.usage(
  "InvalidValue",
  "--price and --interval contradict each other",
  "give one of them",
  "at a fixed interval nothing is weighed"
)

const nothingNamed = Failure.usage(
  "MissingArgument",
  "opwatch wait needs a reference such as toloka/57068577e4b0bf7b07a0256f, - to read them from standard input, or --resource",
  "see opwatch wait --help"
)

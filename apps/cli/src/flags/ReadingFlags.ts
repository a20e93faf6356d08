/** The flags and arguments that every command that asks a provider has. */
import * as DurationText from "@opwatch/core/DurationText"
import { OperationState } from "@opwatch/core/OperationState"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Struct from "effect/Struct"
import { formats } from "../Output.ts"

/** A flag that is there or not, and never takes the word after it for its value. */
export const toggle = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(
    Flag.withoutNegation,
    Flag.withOptionalValue("true"),
    Flag.withDefault(false),
    Flag.withDescription(description)
  )

/** A flag with a text value; absent unless given. */
export const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.optional)

const durationOf = (accept: (duration: Duration.Duration) => boolean, form: string) => (name: string, about: string) =>
  Flag.String(name).pipe(
    Flag.filterMap(
      (text) => Option.filter(DurationText.parse(text), accept),
      () => form
    ),
    Flag.withMetavar("DURATION"),
    Flag.withDescription(about),
    Flag.optional
  )

/** A flag such as `--timeout 10m`. */
export const duration = durationOf(() => true, DurationText.form)

/** As `duration`, and zero is refused: for pauses between requests. */
export const pause = durationOf((value) => Duration.toMillis(value) > 0, `${DurationText.form}, longer than nothing`)

export const price = pause(
  "price",
  "The lateness that one poll is worth: the more, the fewer polls; 1s unless told otherwise"
)

/** Of commands that learn from what they wait for. */
export const noHistory = toggle("no-history", "Neither use nor keep how long operations took")

export const configFlag = text("config", "PATH", "The configuration file to use")

export const quietFlag = toggle("quiet", "Nothing on standard error but errors").pipe(Flag.withAlias("q"))

export const outputFlags = {
  config: configFlag,
  server: text("server", "URL", "An opwatch server to ask in place of the providers; else OPWATCH_SERVER"),
  output: Flag.Literals("output", formats).pipe(
    Flag.withAlias("o"),
    Flag.withMetavar("FORM"),
    Flag.withDescription("The form of the output; text unless told otherwise"),
    Flag.optional
  ),
  json: toggle("json", "Short for --output json"),
  quiet: quietFlag
}

/** At least so many. */
export const references = (min: number) =>
  Argument.String("REF").pipe(
    Argument.withDescription("source/id, the URL of an operation, or - for standard input"),
    Argument.variadic({ min })
  )

export const readingFlags = {
  ...outputFlags,
  source: text("source", "NAME", "The source of bare ids; else OPWATCH_SOURCE"),
  refs: references(1)
}

/** Of commands that need an opwatch server, which has a configuration of its own. */
export const serverFlags = Struct.omit(outputFlags, ["config"])
export const trackingFlags = Struct.omit(readingFlags, ["config"])

/** Which operations of a list. */
export const whichFlags = {
  state: Flag.Literals("state", OperationState.literals).pipe(
    Flag.withMetavar("STATE"),
    Flag.withDescription("Only those in this state"),
    Flag.optional
  ),
  kind: text("kind", "KIND", "Only those of this kind, as opwatch prints it")
}

export const limit = (about: string) =>
  Flag.String("limit").pipe(
    Flag.filterMap(
      (text) => (/^\d{1,9}$/.test(text) && Number(text) > 0 ? Option.some(Number(text)) : Option.none()),
      () => "a whole number, 1 or more"
    ),
    Flag.withMetavar("N"),
    Flag.withDescription(about),
    Flag.optional
  )

/** What `effect/cli` makes of the arguments, put into opwatch's own words. */
import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Failure from "./Failure.ts"
import type { StandardStreams } from "./StandardStreams.ts"
import { version } from "./Version.ts"

/** Whether errors are to be JSON, told before anything is parsed: the arguments themselves may be wrong. */
export const wantsJson = (args: ReadonlyArray<string>): boolean => {
  const end = args.indexOf("--")
  const own = end < 0 ? args : args.slice(0, end)
  return own.some((arg, index) => {
    if (arg === "--json") return true
    const format = arg === "--output" ? own[index + 1] : /^--output=(.*)$/.exec(arg)?.[1]
    return format === "json" || format === "ndjson"
  })
}

/** Help and version go to standard output. Wrong arguments are told by `toFailure`, without a page of help. */
export const present =
  (streams: StandardStreams["Service"]): CliOutput.Presenter["present"] =>
  (event) => {
    if (event._tag === "InvalidInvocation") return Effect.void
    const text =
      event._tag === "Version"
        ? `opwatch ${version}`
        : CliOutput.defaultFormatter({ colors: false }).formatHelpDoc(withPlainToggles(event.helpDoc))
    return Effect.ignore(streams.write(`${text.trimEnd()}\n`))
  }

/** A flag that takes no value is shown without one. */
const withPlainToggles = (help: HelpDoc): HelpDoc => ({
  ...help,
  flags: help.flags.map((flag) => (flag.type === "[=boolean]" ? { ...flag, type: "boolean" } : flag))
})

/** The first of the errors: the rest are often no more than its consequences. */
export const toFailure = ({ commandPath, errors: [error] }: CliError.ShowHelp): Failure.Failure => {
  const command = commandPath.join(" ")
  const hint = `see ${command} --help`
  return error === undefined
    ? Failure.usage("Usage", "the arguments are wrong", hint)
    : Failure.usage(error._tag, messageOf(error, command), hint)
}

const messageOf = (error: CliError.NonShowHelpErrors, command: string): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `${command} has no flag ${error.option}${suggesting(error.suggestions)}`
    case "UnknownSubcommand":
      return `there is no command "${error.subcommand}"${suggesting(error.suggestions)}`
    case "InvalidValue":
      return invalidValue(error)
    case "MissingOption":
      return `${command} needs --${error.option}`
    case "MissingArgument":
      return error.argument === "REF"
        ? `${command} needs a reference such as toloka/57068577e4b0bf7b07a0256f, or - to read them from standard input`
        : `${command} needs ${error.argument}`
    case "UnexpectedArgument":
      return `${command} takes no argument ${error.arguments.map((argument) => `"${argument}"`).join(" ")}`
    case "DuplicateOption":
    case "ValidationError":
    case "UserError":
      return error.message
  }
}

const invalidValue = ({ expected, kind, option, value }: CliError.InvalidValue): string => {
  const right = expected.replace(/^Expected:? /, "")
  const name = kind === "flag" ? `--${option}` : option
  return value === "" ? `${name} needs a value: ${right}` : `${name} cannot be "${value}"; it takes ${right}`
}

const suggesting = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : `; did you mean ${suggestions.join(" or ")}?`

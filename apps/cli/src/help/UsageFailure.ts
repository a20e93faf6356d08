/** Wrong arguments, from what `effect/cli` makes of them, in opwatch's own words and with what was probably meant. */
import type * as CliError from "effect/cli/CliError"
import * as Effect from "effect/Effect"
import * as CommandDescription from "./CommandDescription.ts"
import { ownWords } from "../CommandLine.ts"
import * as Commands from "../Commands.ts"
import * as Failure from "../failure/Failure.ts"
import * as GoesOn from "../waiting/GoesOn.ts"
import { listed, nearest, question } from "./Nearest.ts"

type Description = CommandDescription.CommandDescription

/** A first word that is no command. */
export const ofCommand = (word: string): Effect.Effect<Failure.Failure> => {
  const meant = word.includes("/") ? `opwatch get ${word}` : synonyms[word]
  const suggestion = question(meant === undefined ? nearest(word, Commands.names) : [meant])
  const hint = suggestion ?? "`opwatch --help` names them all"
  return Effect.succeed(Failure.usage("UnknownSubcommand", `there is no command "${word}"`, hint))
}

/** What the commands are called elsewhere. */
const synonyms: Readonly<Record<string, string>> = {
  abort: "cancel",
  check: "doctor",
  config: "sources",
  describe: "get",
  follow: "watch",
  forget: "untrack",
  history: "get --history",
  kill: "cancel",
  ls: "list",
  mock: "emulate",
  ps: "list",
  show: "get",
  status: "get",
  stop: "cancel",
  tail: "watch",
  why: "explain"
}

/** The first of the errors: the rest are often no more than its consequences. */
export const of = Effect.fnUntraced(function* (
  { commandPath, errors: [error] }: CliError.ShowHelp,
  args: ReadonlyArray<string>
) {
  const opwatch = yield* CommandDescription.describe
  const own = commandPath.slice(1).reduce((command, name) => subcommand(command, name) ?? command, opwatch)
  const asked: Asked = { args, opwatch, own, command: commandPath.join(" ") }
  const { command } = asked
  const tell = (code: string, message: string) => Failure.usage(code, message, `see ${command} --help`)
  switch (error?._tag) {
    case undefined:
      return tell("Usage", "the arguments are wrong")
    case "UnrecognizedOption":
      return unrecognized(error, asked)
    case "UnknownSubcommand":
      return own === opwatch ? yield* ofCommand(error.subcommand) : unknownSubcommand(error.subcommand, asked)
    case "InvalidValue":
      return invalidValue(error, asked)
    case "MissingOption":
      return tell(error._tag, `${command} needs --${error.option}`)
    case "MissingArgument":
      return tell(error._tag, `${command} needs ${argumentForms[error.argument] ?? error.argument}`)
    case "UnexpectedArgument": {
      const unexpected = error.arguments.map((argument) => `"${argument}"`).join(" ")
      return tell(error._tag, `${command} takes no argument ${unexpected}`)
    }
    case "DuplicateOption":
    case "ValidationError":
    case "UserError":
      return tell(error._tag, error.message)
  }
})

interface Asked {
  readonly args: ReadonlyArray<string>
  readonly opwatch: Description
  /** The command that was asked for, and how it is written. */
  readonly own: Description
  readonly command: string
}

const argumentForms: Readonly<Record<string, string>> = {
  NAME: "the name of a key, such as ci",
  REF: "a reference such as toloka/57068577e4b0bf7b07a0256f, or - to read them from standard input",
  SHELL: "the name of a shell: bash, zsh or fish",
  SOURCE: "the name of a source, such as toloka or cloud"
}

const unknownSubcommand = (word: string, { command, own }: Asked): Failure.Failure => {
  const names = own.subcommands.map(({ name }) => name)
  const hint = question(nearest(word, names).map((name) => `${command} ${name}`)) ?? `it takes ${listed(names)}`
  return Failure.usage("UnknownSubcommand", `${command} has no command "${word}"`, hint)
}

const subcommand = ({ subcommands }: Description, name: string): Description | undefined =>
  subcommands.find((command) => command.name === name)

/** One with a single dash, before the command, or of another command; else a slip of the pen. */
const unrecognized = (error: CliError.UnrecognizedOption, { args, command, opwatch, own }: Asked): Failure.Failure => {
  const see = `see ${command} --help`
  const tell = (flag: string, hint: string) => Failure.usage(error._tag, `${command} has no flag ${flag}`, hint)

  const letter = /^-(?!-)(.*)$/.exec(error.option)?.[1]
  const oneDash = ownWords(args)
    .find((word) => /^-[a-z][a-z-]+(=|$)/.test(word))
    ?.replace(/=.*$/, "")
  if (letter !== undefined && oneDash?.includes(letter) === true) {
    return tell(oneDash, question(nearestFlags(oneDash, own)) ?? see)
  }

  const at = args.findIndex((word) => subcommand(opwatch, word) !== undefined)
  if (error.command?.length === 1 && at > 0) {
    const [name = "", ...rest] = args.slice(at)
    const hint = `try ${GoesOn.commandLine([name, ...args.slice(0, at), ...rest])}`
    return Failure.usage(error._tag, `flags come after the command, and ${error.option} is before it`, hint)
  }

  const near = nearestFlags(error.option, own)
  const owners = opwatch.subcommands.filter(({ flags }) => flags.some(({ name }) => `--${name}` === error.option))
  return near.length === 0 && owners.length > 0
    ? tell(error.option, `it is a flag of opwatch ${listed(owners.map(({ name }) => name))}; ${see}`)
    : tell(error.option, question(near) ?? see)
}

/** A single letter may stand for any flag that begins with it. */
const nearestFlags = (flag: string, { flags }: Description): ReadonlyArray<string> => {
  const word = flag.replace(/^-+/, "")
  const names = [...flags.map(({ name }) => name), "version"]
  const near = word.length === 1 ? names.filter((name) => name.startsWith(word)) : nearest(word, names)
  return near.map((name) => `--${name}`)
}

const invalidValue = (
  { _tag, expected, kind, option, value }: CliError.InvalidValue,
  { command, own }: Asked
): Failure.Failure => {
  const [name, params] = kind === "flag" ? [`--${option}`, own.flags] : [option, own.arguments]
  const type = params.find((param) => param.name === option)?.type
  const words = type?._tag === "Choice" ? type.values : []
  const right = words.length === 0 ? expected.replace(/^Expected:? /, "") : listed(words)
  const hint = question(nearest(value, words)) ?? `see ${command} --help`
  if (/^\d+ occurrences$/.test(value)) return Failure.usage(_tag, `${name} is given more than once`, "give it once")
  return value === ""
    ? Failure.usage(_tag, `${name} needs a value: ${right}`, hint)
    : Failure.usage(_tag, `${name} cannot be "${value}"`, hint, `it takes ${right}`)
}

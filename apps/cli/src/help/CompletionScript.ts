/** The completion scripts of shells, generated from the commands. They are static: completing starts no program. */
import { builtinSources } from "@opwatch/sources/BuiltinSources"
import * as Completions from "effect/cli/Completions"
import type { CommandDescription } from "./CommandDescription.ts"
import * as Commands from "../Commands.ts"

export const shells = ["bash", "zsh", "fish"] as const
export type Shell = (typeof shells)[number]

export const make = (shell: Shell, opwatch: CommandDescription): string =>
  `${Completions.generate("opwatch", shell, withKnownWords(opwatch)).replaceAll("opwatch --completions", "opwatch completions")}\n`

/** Offers what can stand there most often; something else may be right as well. */
const withKnownWords = (command: CommandDescription): CommandDescription => ({
  ...command,
  flags: command.flags.map((flag) => ({ ...flag, type: flagTypes[flag.name] ?? flag.type })),
  arguments: command.arguments.map((argument) => ({
    ...argument,
    type: argumentTypes[`${command.name} ${argument.name}`] ?? argument.type
  })),
  subcommands: command.subcommands.map(withKnownWords)
})

const choice = (values: ReadonlyArray<string>) => ({ _tag: "Choice", values }) as const
const file = { _tag: "Path", pathType: "file" } as const
const sources = choice(Object.keys(builtinSources))

const flagTypes: Readonly<Record<string, Completions.FlagType>> = {
  config: file,
  credentials: file,
  scenario: file,
  source: sources
}

const argumentTypes: Readonly<Record<string, Completions.ArgumentType>> = {
  "doctor SOURCE": sources,
  "help COMMAND": choice(Commands.names),
  "list SOURCE": sources,
  "sources SOURCE": sources
}

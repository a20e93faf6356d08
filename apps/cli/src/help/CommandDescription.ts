/** A plain description of all commands, for completions and for what is said of wrong arguments. */
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Commands from "../Commands.ts"
import * as CommandTree from "../CommandTree.ts"

export type CommandDescription = Completions.CommandDescriptor

export const describe: Effect.Effect<CommandDescription> = Effect.map(Commands.all, (commands) =>
  withHelp(Completions.fromCommand(CommandTree.make(commands)))
)

/** Each of them has it, and `effect/cli` does not count it. */
const withHelp = (command: CommandDescription): CommandDescription => ({
  ...command,
  flags: [...command.flags, help],
  subcommands: command.subcommands.map(withHelp)
})

const help: Completions.FlagDescriptor = {
  name: "help",
  aliases: ["h"],
  description: "Show this help",
  type: { _tag: "Boolean" },
  negation: false
}

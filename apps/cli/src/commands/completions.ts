/** `opwatch completions`: a script that teaches a shell what can follow `opwatch`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as CompletionScript from "../help/CompletionScript.ts"
import * as CommandDescription from "../help/CommandDescription.ts"
import { StandardStreams } from "../StandardStreams.ts"

const flags = {
  shell: Argument.Literals("SHELL", CompletionScript.shells).pipe(Argument.withDescription("bash, zsh or fish"))
}

export const completions = Command.make("completions", flags, ({ shell }) =>
  Effect.gen(function* () {
    const streams = yield* StandardStreams
    yield* streams.write(CompletionScript.make(shell, yield* CommandDescription.describe))
  })
).pipe(
  Command.withDescription(
    "Print a script that lets a shell complete commands, flags, their values and the names of the built-in sources. Open a new shell once it is installed; write it anew after an update."
  ),
  Command.withShortDescription("Print a completion script for a shell"),
  Command.withExamples([
    {
      command: "opwatch completions bash > ~/.local/share/bash-completion/completions/opwatch",
      description: "bash, where bash-completion is installed"
    },
    { command: "echo 'source <(opwatch completions bash)' >> ~/.bashrc", description: "bash, everywhere" },
    { command: 'opwatch completions zsh > "${fpath[1]}/_opwatch"', description: "zsh, with compinit in ~/.zshrc" },
    { command: "opwatch completions fish > ~/.config/fish/completions/opwatch.fish", description: "fish" }
  ])
)

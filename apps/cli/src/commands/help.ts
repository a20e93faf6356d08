/** `opwatch help COMMAND`: what `opwatch COMMAND --help` says. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import { Self } from "../help/Self.ts"

const flags = {
  command: Argument.String("COMMAND").pipe(
    Argument.withDescription("The command to tell about; without it, all are named"),
    Argument.optional
  )
}

export const help = Command.make("help", flags, (input) =>
  Effect.gen(function* () {
    const run = yield* Self
    const exitCode = yield* run([...Option.toArray(input.command), "--help"])
    if (exitCode !== ExitCode.success) return yield* new Failure.Ended({ exitCode })
  })
).pipe(
  Command.withDescription("Say what a command does, as its own --help does."),
  Command.withShortDescription("Say what a command does"),
  Command.withExamples([{ command: "opwatch help wait", description: "The same as opwatch wait --help" }])
)

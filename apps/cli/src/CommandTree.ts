/** The `opwatch` command itself, under which all others stand. */
import * as Command from "effect/cli/Command"
import type * as Effect from "effect/Effect"
import type * as Commands from "./Commands.ts"
import * as HelpTable from "./help/HelpTable.ts"

const opwatch = Command.make("opwatch").pipe(
  Command.withDescription(
    "Get, wait for, explain, list and cancel long-running operations on Toloka and Yandex Cloud. An operation is named by a reference such as toloka/57068577e4b0bf7b07a0256f or its URL; - reads references from standard input. `opwatch help COMMAND` tells more about one command."
  ),
  Command.withExamples([
    { command: "opwatch wait toloka/57068577e4b0bf7b07a0256f", description: "Wait until an operation is done" },
    { command: "opwatch demo", description: "See what opwatch does, without credentials" }
  ]),
  Command.annotate(HelpTable.Tables, [HelpTable.environment])
)

/** With these commands; more need not be there to run one of them. */
export const make = (commands: Effect.Success<typeof Commands.all>) => Command.withSubcommands(opwatch, commands)

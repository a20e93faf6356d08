/** The `opwatch` command: reads the arguments, runs what they ask for, and gives the exit code. It prints every error. */
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CommandLine from "./CommandLine.ts"
import { cancel } from "./commands/cancel.ts"
import { demo } from "./commands/demo.ts"
import { emulate } from "./commands/emulate.ts"
import { explain } from "./commands/explain.ts"
import { get } from "./commands/get.ts"
import { list } from "./commands/list.ts"
import { log } from "./commands/log.ts"
import { serve } from "./commands/serve.ts"
import { wait } from "./commands/wait.ts"
import { watch } from "./commands/watch.ts"
import { ExitCode } from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import { Self } from "./Self.ts"
import { StandardStreams } from "./StandardStreams.ts"
import { version } from "./Version.ts"

const opwatch = Command.make("opwatch").pipe(
  Command.withDescription(
    "Get, wait for, explain, list and cancel long-running operations on Toloka and Yandex Cloud. An operation is named by a reference such as toloka/57068577e4b0bf7b07a0256f or its URL; - reads references from standard input."
  ),
  Command.withExamples([
    { command: "opwatch wait toloka/57068577e4b0bf7b07a0256f", description: "Wait until an operation is done" },
    { command: "opwatch demo", description: "See what opwatch does, without credentials" }
  ]),
  Command.withSubcommands([get, wait, watch, log, explain, list, cancel, serve, emulate, demo])
)

/** Gives the exit code; what went wrong has been printed. It ends otherwise only when it is interrupted. */
export const run: Self["Service"] = Effect.fnUntraced(function* (args) {
  const asJson = CommandLine.wantsJson(args)
  const streams = yield* StandardStreams
  const tell = (failure: Failure.Failure) =>
    Effect.as(streams.notify(Failure.render(failure, asJson)), failure.exitCode)
  return yield* Command.runWith(opwatch, { version })(args).pipe(
    Effect.as(ExitCode.success),
    Effect.catch((error) => {
      switch (error._tag) {
        case "Ended":
          return Effect.succeed(error.exitCode)
        case "OutputClosed":
          return Effect.succeed(ExitCode.success)
        case "ShowHelp":
          return error.errors.length === 0 ? Effect.succeed(ExitCode.success) : tell(CommandLine.toFailure(error))
        default:
          return tell(Failure.from(error))
      }
    }),
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : Effect.andThen(tellStack(cause), tell(defect(cause)))
    ),
    Effect.provideService(Self, run),
    Effect.provideService(CliConfig.CliConfig, { builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
    Effect.provideService(CliOutput.Presenter, { present: CommandLine.present(streams) })
  )
})

const defect = (cause: Cause.Cause<unknown>): Failure.Failure =>
  new Failure.Failure({
    code: "Defect",
    message: `this is a bug in opwatch: ${String(Cause.squash(cause)).split("\n")[0]}`,
    exitCode: ExitCode.defect
  })

/** For those who look for the bug. */
const tellStack = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const debug = yield* Effect.orDie(Config.option(Config.String("OPWATCH_DEBUG")))
  if (Option.contains(debug, "1")) yield* (yield* StandardStreams).notify(`${Cause.pretty(cause)}\n`)
})

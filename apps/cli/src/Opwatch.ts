/** The `opwatch` command: reads the arguments, runs what they ask for, and gives the exit code. It prints every error. */
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as BugReport from "./failure/BugReport.ts"
import * as CommandLine from "./CommandLine.ts"
import * as Commands from "./Commands.ts"
import * as CommandTree from "./CommandTree.ts"
import { ExitCode } from "./ExitCode.ts"
import * as Failure from "./failure/Failure.ts"
import { ProcessEnvironment } from "./ProcessEnvironment.ts"
import { Self } from "./help/Self.ts"
import { StandardStreams } from "./StandardStreams.ts"
import { version } from "./Version.ts"

/** Gives the exit code; what went wrong has been printed. It ends otherwise only when it is interrupted. */
export const run: Self["Service"] = Effect.fnUntraced(function* (args) {
  const asJson = CommandLine.wantsJson(args)
  const streams = yield* StandardStreams
  const tell = (failure: Failure.Failure) =>
    Effect.as(streams.notify(Failure.render(failure, asJson)), failure.exitCode)
  const [word = ""] = args
  if (word !== "" && !word.startsWith("-") && !Commands.names.includes(word)) {
    return yield* tell(yield* (yield* loadUsageFailure).ofCommand(word))
  }
  return yield* Commands.of(args).pipe(
    Effect.flatMap((commands) => Command.runWith(CommandTree.make(commands), { version })(args)),
    Effect.as(ExitCode.success),
    Effect.catch((error) => {
      switch (error._tag) {
        case "Ended":
          return Effect.succeed(error.exitCode)
        case "OutputClosed":
          return Effect.succeed(ExitCode.success)
        case "ShowHelp":
          return error.errors.length === 0
            ? Effect.succeed(ExitCode.success)
            : loadUsageFailure.pipe(
                Effect.flatMap((UsageFailure) => UsageFailure.of(error, args)),
                Effect.flatMap(tell)
              )
        default:
          return tell(Failure.from(error))
      }
    }),
    Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : tellBug(cause, args))),
    Effect.provideService(Self, run),
    Effect.provideService(CliConfig.CliConfig, { builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
    Effect.provideService(CliOutput.Presenter, { present: CommandLine.present(streams) })
  )
})

const loadUsageFailure = Effect.promise(() => import("./help/UsageFailure.ts"))

const tellBug = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>, args: ReadonlyArray<string>) {
  const streams = yield* StandardStreams
  yield* streams.notify(BugReport.render(cause, { args, environment: yield* ProcessEnvironment }))
  return ExitCode.defect
})

/** `opwatch emulate`: a local Toloka and Yandex Cloud, until it is stopped or a command run against it has ended. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Record from "effect/Record"
import * as Redacted from "effect/Redacted"
import * as ChildCommand from "../ChildCommand.ts"
import * as EmulatorConfiguration from "../EmulatorConfiguration.ts"
import * as Failure from "../failure/Failure.ts"
import { cannotListen, host, port } from "../flags/ListenFlags.ts"
import { readDocument } from "../ReadDocument.ts"
import { quietFlag, text } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import { StandardStreams } from "../StandardStreams.ts"
import * as TemporaryFile from "../TemporaryFile.ts"

const defaultPort = 4010

const flags = {
  host: host("The address to listen on; 127.0.0.1 unless told otherwise"),
  port: port("The port to listen on; 4010 unless told otherwise, and a free one where a command is run"),
  scenario: text("scenario", "FILE", "What to run and what goes wrong, as JSON or YAML"),
  quiet: quietFlag,
  credentials: text("credentials", "FILE", "Which credentials to let in, as JSON or YAML; without it all, or none"),
  command: Argument.String("COMMAND").pipe(
    Argument.withDescription("After --: a command to run against the emulator"),
    Argument.variadic()
  )
}

export const emulate = Command.make("emulate", flags, (input) =>
  Effect.gen(function* () {
    const streams = yield* StandardStreams
    const [{ Emulator }, Scenario, Credentials] = yield* Effect.promise(() =>
      Promise.all([
        import("@opwatch/emulator/Emulator"),
        import("@opwatch/emulator/Scenario"),
        import("@opwatch/emulator/Credentials")
      ])
    )
    const isRunning = input.command.length > 0
    const listen = {
      host: Option.getOrElse(input.host, () => "127.0.0.1"),
      port: Option.getOrElse(input.port, () => (isRunning ? 0 : defaultPort))
    }
    const scenario = yield* readOptional("--scenario", input.scenario, Scenario.decode)
    const credentials = yield* readOptional("--credentials", input.credentials, Credentials.decode)
    const built = yield* Layer.build(Emulator.layer({ ...listen, scenario, credentials })).pipe(
      Effect.mapError(({ cause }) => cannotListen(listen, cause))
    )
    const { url } = Context.get(built, Emulator)
    const configuration = EmulatorConfiguration.make(url, credentials)
    if (isRunning) return yield* runAgainst(url, configuration, input.command)
    yield* Remark.say(`opwatch emulates Toloka and Yandex Cloud on ${url}`)
    yield* streams.write(configuration.yaml)
    return yield* Effect.never
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Run a local Toloka and Yandex Cloud to develop and test against. Prints the configuration that points opwatch at it. With a command, runs that with OPWATCH_CONFIG, OPWATCH_EMULATOR_URL and a short-lived OPWATCH_HISTORY set, and ends with its exit code."
  ),
  Command.withShortDescription("Run a local Toloka and Yandex Cloud"),
  Command.withExamples([
    {
      command: "opwatch emulate --port 4010 > emulator.yaml",
      description: "Until stopped; then use --config emulator.yaml"
    },
    { command: "opwatch emulate -- npm test", description: "Run tests against it" },
    {
      command: "opwatch emulate --scenario upload.yaml -- opwatch wait toloka/my-upload",
      description: "With operations of your own"
    }
  ])
)

const readOptional = <A>(
  flag: string,
  path: Option.Option<string>,
  decode: (value: unknown) => Effect.Effect<A, { readonly message: string }>
) => Option.match(path, { onNone: () => Effect.succeed(undefined), onSome: (file) => readDocument(flag, file, decode) })

const runAgainst = Effect.fnUntraced(function* (
  url: string,
  { variables, yaml }: EmulatorConfiguration.EmulatorConfiguration,
  command: ReadonlyArray<string>
) {
  const { dirname, join } = yield* Path.Path
  const path = yield* TemporaryFile.write("config.yaml", yaml)
  const exitCode = yield* ChildCommand.run(command, {
    ...Record.map(variables, Redacted.value),
    OPWATCH_CONFIG: path,
    OPWATCH_EMULATOR_URL: url,
    // What is learned here goes with the emulator.
    OPWATCH_HISTORY: join(dirname(path), "durations.json"),
    // A server would come before the configuration.
    OPWATCH_SERVER: undefined
  })
  return yield* new Failure.Ended({ exitCode })
})

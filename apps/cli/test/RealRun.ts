/** Runs a command line in this process, with real sources, an environment of the test's own, and real time. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { OpenSources } from "../src/OpenSources.ts"
import * as Opwatch from "../src/Opwatch.ts"
import { ProcessEnvironment } from "../src/ProcessEnvironment.ts"
import { StandardStreams } from "../src/StandardStreams.ts"
import * as Terminal from "../src/terminal/Terminal.ts"

export type Environment = Record<string, string>

/** `output` is what standard output is shown on. */
export const run = (
  args: ReadonlyArray<string>,
  environment?: Environment,
  output?: Terminal.Terminal,
  stdin?: string
) => prepare(args, environment, output, stdin).ended

/** The same with what it has printed so far. */
export const prepare = (
  args: ReadonlyArray<string>,
  environment: Environment = {},
  output: Terminal.Terminal = Terminal.none,
  stdin = ""
) => {
  const printed = { out: "", err: "" }
  const notify = (text: string) => Effect.sync(() => void (printed.err += text))
  const streams = StandardStreams.of({
    read: Effect.succeed(stdin),
    isTyped: Effect.succeed(false),
    write: (text) => Effect.sync(() => void (printed.out += text)),
    notify,
    draw: (lines) => notify(lines.join("\n")),
    output: Effect.succeed(output),
    error: Effect.succeed(Terminal.none)
  })
  const ended = Opwatch.run(args).pipe(
    Effect.provideService(StandardStreams, streams),
    Effect.provide(OpenSources.layer(environment)),
    Effect.provide(NodeServices.layer),
    Effect.provideService(ProcessEnvironment, environment),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(environment)),
    Effect.map((code) => ({ code, ...printed }))
  )
  return { printed, ended }
}

/** The path of a configuration file with these sources. */
export const configuration = Effect.fnUntraced(function* (sources: object) {
  const fileSystem = yield* FileSystem.FileSystem
  const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "opwatch-test-" })
  yield* fileSystem.writeFileString(`${folder}/config.json`, JSON.stringify({ sources }))
  return { folder, path: `${folder}/config.json` }
})

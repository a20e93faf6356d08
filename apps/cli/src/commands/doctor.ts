/** `opwatch doctor`: whether the sources can be used, step by step, and what to do about those that cannot. */
import { UnknownSource } from "@opwatch/core/Reference"
import type { SettledSource, SettledSourcesOptions } from "@opwatch/sources/SettledSources"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Answer from "../Answer.ts"
import * as Asked from "../Asked.ts"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import * as ListWriter from "../ListWriter.ts"
import { ProcessEnvironment } from "../ProcessEnvironment.ts"
import type { Server } from "../OpenServer.ts"
import { outputFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as SourcesPlace from "../SourcesPlace.ts"
import { StandardStreams } from "../StandardStreams.ts"

const flags = {
  ...outputFlags,
  sources: Argument.String("SOURCE").pipe(
    Argument.withDescription("A source to check; all that have a credential or are configured unless told otherwise"),
    Argument.variadic()
  )
}

export const doctor = Command.make("doctor", flags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const names = yield* Effect.forEach(new Set(input.sources), (name) => Asked.sourceNamed(name, "SOURCE"))
    const environment = yield* ProcessEnvironment
    const [Doctor, Report, NodeTransport] = yield* Effect.promise(() =>
      Promise.all([
        import("../doctor/Doctor.ts"),
        import("../doctor/Report.ts"),
        import("@opwatch/sources/NodeTransport")
      ])
    )
    const proxies = yield* NodeTransport.proxiesOf(environment)
    const transport = yield* Layer.build(NodeTransport.layer(environment))
    const { rest, subjects } = yield* SourcesPlace.$match(yield* SourcesPlace.of(input), {
      Configured: ({ config }) => Effect.provide(configured({ config, environment }, names), transport),
      Server: (server) => ofServer(server, names)
    })
    const fibers = yield* Effect.forEach(subjects, (subject) =>
      Effect.forkScoped(Effect.provide(Doctor.check(subject, environment, proxies), transport))
    )
    const streams = yield* StandardStreams
    const list = yield* ListWriter.make(format, Report.block(yield* streams.output))
    const codes: Array<ExitCode> = []
    for (const fiber of fibers) {
      const { checked, exitCode } = yield* Fiber.join(fiber)
      codes.push(exitCode)
      yield* list.add(checked)
    }
    yield* list.end(true)
    if (format === "text" && rest.length > 0) {
      yield* streams.write(`no credential: ${rest.join(", ")} (\`opwatch sources\` says what would be one)\n`)
    }
    yield* Answer.endWith(codes)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Check whether sources can be used: the credential, the host's name, the connection and its TLS, an answer, whether the credential is let in, and the clock. What is not ok comes with a remedy. It takes 15 seconds at most and changes nothing."
  ),
  Command.withShortDescription("Check whether the sources can be used"),
  Command.withExamples([
    { command: "opwatch doctor", description: "All that have a credential or are configured" },
    { command: "opwatch doctor cloud", description: "One of them" },
    {
      command: "opwatch doctor --json | jq '.[].checks[] | select(.status == \"failed\")'",
      description: "What failed, for a script"
    }
  ])
)

/** The sources named, else those of which there is something to check, and the names of the rest. */
const configured = Effect.fnUntraced(function* (options: SettledSourcesOptions, names: ReadonlyArray<string>) {
  const [SettledSources, SourceSubject] = yield* Effect.promise(() =>
    Promise.all([import("@opwatch/sources/SettledSources"), import("../doctor/SourceSubject.ts")])
  )
  const { path, sources } = yield* SettledSources.load(options)
  const chosen = names.length === 0 ? sources.filter(isUsed) : yield* Effect.forEach(names, findIn(sources))
  if (chosen.length === 0) return yield* nothingToCheck
  const subjects = yield* Effect.forEach(chosen, (source) => SourceSubject.make(source, path, options.environment))
  const rest = names.length === 0 ? sources.filter((source) => !isUsed(source)) : []
  return { subjects, rest: rest.map(({ settings }) => settings.name) }
})

const ofServer = Effect.fnUntraced(function* (server: Server, names: ReadonlyArray<string>) {
  const [OpenServer, ServerSubject] = yield* Effect.promise(() =>
    Promise.all([import("../OpenServer.ts"), import("../doctor/ServerSubject.ts")])
  )
  return { subjects: [yield* ServerSubject.make(yield* OpenServer.addressOf(server), names)], rest: [] }
})

const isUsed = ({ configured, settings }: SettledSource): boolean =>
  configured !== undefined || settings.auth !== undefined

const findIn = (sources: ReadonlyArray<SettledSource>) => (name: string) => {
  const found = sources.find(({ settings }) => settings.name === name)
  return found === undefined
    ? Effect.fail(new UnknownSource({ source: name, known: sources.map(({ settings }) => settings.name) }))
    : Effect.succeed(found)
}

const nothingToCheck = new Failure.Failure({
  code: "NoCredential",
  message: "no source has a credential, and none is configured",
  exitCode: ExitCode.notAllowed,
  hint: "`opwatch sources` says what would be one; `opwatch doctor SOURCE` checks a source without"
})

/** `opwatch demo`: the main job on a local emulator, start to end, over real HTTP. It fails where a scene does. */
import * as Command from "effect/cli/Command"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Scene, Shown } from "../demo/Scene.ts"
import * as EmulatorConfiguration from "../EmulatorConfiguration.ts"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import { OpenSources } from "../OpenSources.ts"
import { Self } from "../help/Self.ts"
import { StandardStreams } from "../StandardStreams.ts"
import * as TemporaryFile from "../TemporaryFile.ts"

export const demo = Command.make("demo", {}, () =>
  Effect.gen(function* () {
    const streams = yield* StandardStreams
    const [{ Emulator }, { scenes }] = yield* Effect.promise(() =>
      Promise.all([import("@opwatch/emulator/Emulator"), import("../demo/Scene.ts")])
    )
    const emulator = Context.get(yield* Effect.orDie(Layer.build(Emulator.layer())), Emulator)
    const config = yield* TemporaryFile.write("config.yaml", EmulatorConfiguration.make(emulator.url).yaml)
    yield* streams.write(
      `A local Toloka and Yandex Cloud runs on ${emulator.url}. No credentials are needed; nothing leaves this machine.\n`
    )
    for (const [index, scene] of scenes.entries()) {
      yield* streams.write(`\n${index + 1}. ${scene.title}\n`)
      yield* begin(emulator.url, scene)
      for (const shown of scene.commands) yield* show(shown, config)
    }
    yield* streams.write(`\nAll of it ended as it should. To try it yourself: opwatch emulate\n`)
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    "Show what opwatch does, on a local emulator: uploads to Toloka and operations on Yandex Cloud that succeed, fail and are cancelled. Needs no credentials and takes about twenty seconds."
  ),
  Command.withShortDescription("Show what opwatch does, without credentials"),
  Command.withExamples([{ command: "opwatch demo", description: "No credentials, no network" }])
)

/** The clock of a scene starts here. */
const begin = (url: string, { script, title }: Scene) =>
  Effect.promise(async () => {
    const body = JSON.stringify(script)
    const headers = { "content-type": "application/json" }
    const answer = await fetch(`${url}/_emulator/operations`, { method: "POST", headers, body })
    if (!answer.ok) throw new Error(`the emulator does not take the script of "${title}": ${await answer.text()}`)
  })

const show = Effect.fnUntraced(function* ({ args, exitCode, says }: Shown, config: string) {
  const streams = yield* StandardStreams
  const run = yield* Self
  yield* streams.write(`\n   $ opwatch ${args.join(" ")}\n`)
  let output = ""
  const overheard = StandardStreams.of({
    ...streams,
    write: (text) => {
      output += text
      return streams.write(text)
    }
  })
  const got = yield* run(args).pipe(
    Effect.provideService(StandardStreams, overheard),
    Effect.provide(OpenSources.layer({ OPWATCH_CONFIG: config })),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord({}))
  )
  yield* streams.write(`   exit code ${got}: ${meanings[got] ?? "something else"}\n`)
  if (got === exitCode && output.includes(says)) return
  const wanted = got === exitCode ? `say "${says}"` : `end with exit code ${exitCode}`
  return yield* new Failure.Failure({
    code: "DemoFailed",
    message: `opwatch ${args.join(" ")} was to ${wanted}`,
    exitCode: ExitCode.failed
  })
})

const meanings: Record<number, string> = {
  0: "everything asked for succeeded",
  1: "an operation failed",
  7: "an operation was cancelled",
  9: "a partial success, as --strict wants to know"
}

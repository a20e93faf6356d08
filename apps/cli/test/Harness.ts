/** Runs command lines against sources in memory, and keeps what they print. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import type { Provider } from "@opwatch/core/Provider"
import { Sources } from "@opwatch/core/Sources"
import { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Commands from "../src/Commands.ts"
import { OpenSources } from "../src/OpenSources.ts"
import * as Opwatch from "../src/Opwatch.ts"
import * as LiveRegion from "../src/progress/LiveRegion.ts"
import { OutputClosed, StandardStreams, type WriteError } from "../src/StandardStreams.ts"
import * as Terminal from "../src/terminal/Terminal.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

export interface Options {
  readonly stdin?: string
  /** Whether that is typed. */
  readonly typed?: boolean
  /** What standard output and standard error are shown on; files unless told otherwise. */
  readonly output?: Terminal.Terminal
  readonly error?: Terminal.Terminal
  readonly environment?: Record<string, string>
  /** So many writes, and the reader of standard output is gone. */
  readonly closesAfter?: number
  /** Why nothing can be written after that, where it is not that the reader has gone. */
  readonly writeError?: WriteError
  /** Stands in for the provider of its source. */
  readonly replacing?: Provider
}

export interface Ran {
  readonly code: number | "interrupted"
  readonly out: string
  readonly err: string
}

/** A terminal with this window that shows everything but colours. */
export const terminal = (columns: number, rows: number): Terminal.Terminal => ({
  window: { columns, rows },
  redraws: true,
  reflows: true,
  colors: false,
  unicode: true
})

export const make = () => {
  const toloka = InMemoryProvider.make("toloka", "https://toloka.test/api/v1")
  const cloud = InMemoryProvider.make("cloud", "https://operation.cloud.test")
  const sources = Sources.of(new Map([toloka, cloud].map(({ provider }) => [provider.source, provider])))
  const replaced = (provider: Provider) => Sources.of(new Map([...sources, [provider.source, provider]]))
  const configs: Array<string | undefined> = []

  const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
    const printed = { out: "", err: "", writes: 0 }
    const region = LiveRegion.make()
    const { error = Terminal.none, output = Terminal.none } = options
    const streams = StandardStreams.of({
      read: Effect.sync(() => options.stdin ?? ""),
      isTyped: Effect.succeed(options.typed === true),
      write: (text) =>
        Effect.suspend(() => {
          printed.writes += 1
          if (printed.writes > (options.closesAfter ?? Infinity))
            return Effect.fail(options.writeError ?? new OutputClosed())
          printed.out += text
          return Effect.void
        }),
      notify: (text) => Effect.sync(() => void (printed.err += region.write(error, text))),
      draw: (lines, above) => Effect.sync(() => void (printed.err += region.draw(error, lines, above))),
      output: Effect.succeed(output),
      error: Effect.succeed(error)
    })
    const fiber = yield* Opwatch.run(args).pipe(
      Effect.provideService(StandardStreams, streams),
      Effect.provideService(OpenSources, (place) => {
        const config = place._tag === "Configured" ? place.config : undefined
        configs.push(config)
        if (config === "/dies.yaml") return Effect.die(new Error("out of cheese"))
        return config === "/missing.yaml"
          ? Effect.fail(new ConfigurationError({ message: "--config names /missing.yaml: there is no such file" }))
          : Effect.succeed(options.replacing === undefined ? sources : replaced(options.replacing))
      }),
      Effect.provide(NodeServices.layer),
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(options.environment ?? {})),
      Effect.forkChild
    )
    return { fiber, printed }
  })

  return {
    toloka,
    cloud,
    /** The `--config` of each command that opened its sources. */
    configs,
    start,
    /** Runs to the end, letting virtual time go by. */
    run: Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
      const { fiber, printed } = yield* start(args, options)
      while (fiber.pollUnsafe() === undefined) {
        yield* settle
        yield* TestClock.adjust("1 minute")
      }
      const code = yield* Fiber.join(fiber)
      return { code, out: printed.out, err: printed.err } satisfies Ran
    })
  }
}

/** Lets what does not wait for time go on as far as it can; all is loaded, so that no virtual time goes by meanwhile. */
export const settle: Effect.Effect<void> = Effect.promise(async () => {
  await Promise.all([import("yaml"), Effect.runPromise(Commands.all)])
  for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setImmediate(resolve))
})

/** Lets virtual time go by, and what comes of it happen. */
export const advance = (duration: Duration.Input): Effect.Effect<void> =>
  Effect.andThen(settle, Effect.andThen(TestClock.adjust(duration), settle))

/** The one line of JSON that an error is. */
export const errorOf = ({ err }: Pick<Ran, "err">): Record<string, unknown> => {
  const parsed: { readonly error: Record<string, unknown> } = JSON.parse(err.trim().split("\n").at(-1) ?? "")
  return parsed.error
}

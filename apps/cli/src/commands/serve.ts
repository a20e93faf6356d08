/** `opwatch serve`: the HTTP server, on the sources of the configuration. */
import * as Config from "effect/Config"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { OpenSources } from "../OpenSources.ts"
import { Configured } from "../SourcesPlace.ts"
import * as Remark from "../Remark.ts"
import { configFlag, quietFlag, text } from "../flags/ReadingFlags.ts"

const flags = {
  config: configFlag,
  quiet: quietFlag,
  host: text("host", "HOST", "The address to listen on; else OPWATCH_HOST, else 127.0.0.1"),
  port: text("port", "PORT", "The port to listen on, 0 for any that is free; else OPWATCH_PORT, else 4080"),
  database: text(
    "database",
    "URL",
    "Where to keep what is tracked, file:PATH or postgres://…; else OPWATCH_DATABASE_URL, else a file under $XDG_STATE_HOME/opwatch"
  )
}

export const serve = Command.make("serve", flags, (input) =>
  Effect.gen(function* () {
    const Serving = yield* Effect.promise(() => import("../Serving.ts"))
    const address = yield* Serving.addressOf(
      yield* setting("--host", input.host, "OPWATCH_HOST"),
      yield* setting("--port", input.port, "OPWATCH_PORT")
    )
    const config = Option.getOrUndefined(input.config)
    const sources = yield* (yield* OpenSources)(Configured({ config }))
    yield* Serving.serve(address, sources, yield* Serving.sectionOf(config), Option.getOrUndefined(input.database))
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Run the HTTP server: operations of all configured sources, waiting and events included. Without API keys it listens on this machine only; `opwatch keys` makes them."
  ),
  Command.withShortDescription("Run the HTTP server"),
  Command.withExamples([
    { command: "opwatch serve", description: "On http://127.0.0.1:4080; its pages are under /docs" },
    { command: "opwatch serve --port 0 --config opwatch.yaml", description: "On a free port, with this configuration" }
  ])
)

/** The flag, else the variable; an empty variable counts as not set. */
const setting = Effect.fnUntraced(function* (flag: string, given: Option.Option<string>, variable: string) {
  if (Option.isSome(given)) return { name: flag, value: given.value }
  const value = yield* Effect.orDie(Config.option(Config.String(variable)))
  return { name: variable, value: Option.getOrUndefined(value) }
})

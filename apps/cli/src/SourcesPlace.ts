/** Where the sources are that a command works on: configured here, or those of an opwatch server. */
import * as Config from "effect/Config"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Failure from "./failure/Failure.ts"

export type SourcesPlace = Data.TaggedEnum<{
  /** In the file at this path, else in the one that the environment leads to. */
  Configured: { readonly config: string | undefined }
  Server: { readonly url: string; readonly key: Redacted.Redacted<string> | undefined }
}>
export const { $match, Configured, Server } = Data.taggedEnum<SourcesPlace>()

export interface Flags {
  readonly config: Option.Option<string>
  readonly server: Option.Option<string>
}

/** A flag, else `OPWATCH_SERVER`, else what is configured; an empty variable counts as not set. */
export const of = Effect.fnUntraced(function* ({ config, server }: Flags) {
  if (Option.isSome(config)) {
    return Option.isSome(server) ? yield* contradiction : Configured({ config: config.value })
  }
  const named = yield* Effect.orDie(Config.option(Config.String("OPWATCH_SERVER")))
  const url = Option.orElse(server, () => Option.filter(named, (value) => value !== ""))
  if (Option.isNone(url)) return Configured({ config: undefined })
  const key = yield* Effect.orDie(Config.option(Config.Redacted("OPWATCH_API_KEY")))
  return Server({
    url: url.value,
    key: Option.getOrUndefined(Option.filter(key, (value) => Redacted.value(value) !== ""))
  })
})

const contradiction = Failure.usage(
  "InvalidValue",
  "--server and --config contradict each other",
  "give one of them",
  "a server has its own configuration"
)

/** The arguments before they are parsed, and what `effect/cli` has to show. */
import type * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import type { StandardStreams } from "./StandardStreams.ts"
import { version } from "./Version.ts"

/** Whether errors are to be JSON, told before anything is parsed: the arguments themselves may be wrong. */
export const wantsJson = (args: ReadonlyArray<string>): boolean => {
  const own = ownWords(args)
  return own.some((arg, index) => {
    if (/^--json(=(true|yes|on|y|1))?$/.test(arg)) return true
    const format = /^(--output|-o)$/.test(arg) ? own[index + 1] : /^(?:--output|-o)=(.*)$/.exec(arg)?.[1]
    return format === "json" || format === "ndjson"
  })
}

/** Those before `--`: what follows is another program's. */
export const ownWords = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  return end < 0 ? args : args.slice(0, end)
}

/** Help and version go to standard output. Wrong arguments are told by `UsageFailure`, without a page of help. */
export const present =
  (streams: StandardStreams["Service"]): CliOutput.Presenter["present"] =>
  (event) => {
    switch (event._tag) {
      case "InvalidInvocation":
        return Effect.void
      case "Version":
        return Effect.ignore(streams.write(`opwatch ${version}\n`))
      case "Help":
        return Effect.gen(function* () {
          const HelpText = yield* Effect.promise(() => import("./help/HelpText.ts"))
          yield* Effect.ignore(streams.write(HelpText.render(event.helpDoc, yield* streams.output)))
        })
    }
  }

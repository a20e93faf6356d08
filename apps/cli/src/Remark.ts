/** What is said on standard error besides errors and progress. `--quiet` silences it, and warnings with it. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import { StandardStreams } from "./StandardStreams.ts"

const Silenced = Context.Reference<boolean>("@opwatch/cli/Remark/Silenced", { defaultValue: () => false })

/** On a line of its own. */
export const say = Effect.fnUntraced(function* (text: string) {
  if (!(yield* Silenced)) yield* (yield* StandardStreams).notify(`${text}\n`)
})

/** For a whole command. */
export const silencedIf =
  (quiet: boolean) =>
  <A, E, R>(command: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    quiet
      ? command.pipe(Effect.provideService(Silenced, true), Effect.provideService(References.MinimumLogLevel, "Error"))
      : command

/**
 * Where it is kept how long operations took that were waited for without a server: `OPWATCH_HISTORY`, else a file in the folder
 * for what programs keep of a user's.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import * as Result from "effect/Result"

/** An absolute path; or why nothing is kept. */
export const path = Effect.gen(function* () {
  const { isAbsolute, join } = yield* Path.Path
  const named = yield* variable("OPWATCH_HISTORY")
  if (named !== "") return isAbsolute(named) ? Result.succeed(named) : Result.fail(`OPWATCH_HISTORY is "${named}"`)
  const folders = [yield* variable("XDG_STATE_HOME"), join(yield* variable("HOME"), ".local", "state")]
  const folder = folders.find((folder) => isAbsolute(folder))
  return folder === undefined
    ? Result.fail("neither HOME nor XDG_STATE_HOME says where")
    : Result.succeed(join(folder, "opwatch", "durations.json"))
})

const variable = (name: string) => Effect.orDie(Config.withDefault(Config.String(name), ""))

/** A file for other programs to read, in a folder of its own that goes with the scope. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Failure from "./failure/Failure.ts"

/** Gives its path. */
export const write = Effect.fnUntraced(
  function* (name: string, text: string) {
    const fileSystem = yield* FileSystem.FileSystem
    const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "opwatch-" })
    const path = (yield* Path.Path).join(folder, name)
    yield* fileSystem.writeFileString(path, text)
    return path
  },
  Effect.mapError(({ reason }) =>
    Failure.usage(
      "NoTemporaryFile",
      `no temporary file can be written (${reason._tag})`,
      "the variable TMPDIR names the folder for them"
    )
  )
)

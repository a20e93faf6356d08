/** A folder of the test's own, gone afterwards. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"

export const services = NodeServices.layer

export const folder = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const { dirname, join } = yield* Path.Path
  const path = yield* fileSystem.makeTempDirectoryScoped({ prefix: "opwatch-" })
  return {
    path,
    at: (name: string) => join(path, name),
    write: Effect.fnUntraced(function* (name: string, text: string) {
      yield* fileSystem.makeDirectory(dirname(join(path, name)), { recursive: true })
      yield* fileSystem.writeFileString(join(path, name), text)
      return join(path, name)
    })
  }
})

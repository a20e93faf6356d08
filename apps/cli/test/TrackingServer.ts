/** One opwatch server in this process, of the real composition: on the emulator, with a database in a folder of its own. */
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as EmulatorConfiguration from "../src/EmulatorConfiguration.ts"
import * as RealRun from "./RealRun.ts"

export class TrackingServer extends Context.Service<TrackingServer, { readonly url: string }>()(
  "@opwatch/cli/test/TrackingServer"
) {
  static readonly layer = Layer.effect(
    TrackingServer,
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped({ prefix: "opwatch-tracking-" })
      const { url } = yield* Emulator
      yield* files.writeFileString(`${folder}/config.yaml`, EmulatorConfiguration.make(url).yaml)
      const environment = { OPWATCH_CONFIG: `${folder}/config.yaml`, XDG_STATE_HOME: folder }
      const server = RealRun.prepare(["serve", "--port", "0"], environment)
      yield* Effect.forkScoped(server.ended)
      return yield* Effect.sync(() => /listening on (http:\S+)/.exec(server.printed.err)?.[1]).pipe(
        Effect.flatMap((found) => (found === undefined ? Effect.fail("not yet") : Effect.succeed({ url: found }))),
        Effect.retry(Schedule.spaced("20 millis")),
        Effect.timeout("1 minute"),
        Effect.orDie
      )
    })
  )
}

import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Process from "../Process.ts"

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })(
  "a user's own history",
  (it) => {
    it.effect("is kept of a process that is interrupted, for the source at this URL", () =>
      Effect.gen(function* () {
        const fileSystem = yield* FileSystem.FileSystem
        const state = yield* fileSystem.makeTempDirectoryScoped()
        const { url } = yield* Emulator
        yield* Process.script({ api: "toloka", id: "endless", operation: { type: "POOL.OPEN" } })
        const environment = { ...(yield* Process.onEmulator), XDG_STATE_HOME: state }
        const { child, ended, said } = yield* Process.start(["wait", "toloka/endless"], environment)
        yield* said("endless: pending")
        child.kill("SIGINT")
        assert.strictEqual((yield* ended).code, 130)
        const kept: { readonly kinds: ReadonlyArray<object> } = JSON.parse(
          yield* fileSystem.readFileString(`${state}/opwatch/durations.json`)
        )
        const place = { source: "toloka", url: `${url}/api/v1`, kind: "POOL.OPEN" }
        assert.deepStrictEqual(
          kept.kinds.map((kind) => ({ ...kind, history: undefined })),
          [{ ...place, history: undefined }]
        )
      })
    )
  }
)

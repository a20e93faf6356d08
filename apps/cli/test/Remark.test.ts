import { assert, describe, it, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Harness from "./Harness.ts"
import * as Process from "./Process.ts"
import * as RealRun from "./RealRun.ts"

describe("--quiet", () => {
  it.effect.each<readonly [ReadonlyArray<string>]>([
    [["get", "toloka/gone"]],
    [["wait", "toloka/gone", "--give-up-after", "1s"]],
    [["log", "cloud/a"]],
    [["cancel", "toloka/a"]]
  ])("leaves the error of %j as it is", ([args]) =>
    Effect.gen(function* () {
      const loud = yield* Harness.make().run(args)
      const quiet = yield* Harness.make().run([...args, "--quiet"])
      assert.include(quiet.err, "opwatch: ")
      assert.isTrue(loud.err.endsWith(quiet.err), loud.err)
      assert.strictEqual(quiet.code, loud.code)
    })
  )
})

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })("--quiet", (it) => {
  it.effect("silences warnings", () =>
    Effect.gen(function* () {
      const { url } = yield* Emulator
      const auth = { kind: "oauth", tokenEnv: "TOKEN" }
      const { path } = yield* RealRun.configuration({ cloud: { provider: "cloud", url, iamUrl: url, auth } })
      const environment = { OPWATCH_CONFIG: path, TOKEN: "y0_oauth" }
      const args = ["wait", "cloud/fhmdone0emulator0001"]
      const loud = yield* Process.run(args, environment)
      assert.match(loud.err, /^opwatch: .*OAuth/)
      const quiet = yield* Process.run([...args, "-q"], environment)
      assert.deepStrictEqual(quiet, { ...loud, err: "" })
    })
  )
})

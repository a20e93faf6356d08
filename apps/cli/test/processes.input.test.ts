import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Process from "./Process.ts"
import * as Shell from "./Shell.ts"
import * as Terminal from "./Terminal.ts"

const failed = "toloka/57068577e4b0bf7b07a0256f"

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })(
  "opwatch as a process that reads standard input",
  (it) => {
    it.effect("reads what is typed, and says that it does", () =>
      Effect.gen(function* () {
        const environment = yield* Process.onEmulator
        const session = yield* Terminal.start(["get", "-"], { environment, columns: 100 })
        yield* session.says("reading references, one a line; Ctrl-D ends them")
        yield* session.type(`${failed}\r\u0004`)
        assert.strictEqual(yield* session.ended, 0)
        assert.match(
          session.screen(),
          new RegExp(`\nREF +STATE +KIND +AGE.*\n${failed} +failed +TASK_SUITE.BATCH_CREATE`)
        )
      })
    )

    it.effect("reads UTF-16", () =>
      Effect.gen(function* () {
        const environment = yield* Process.onEmulator
        const stdin = Buffer.from(`\uFEFF${failed}\r\n`, "utf16le")
        const { code, out } = yield* Shell.run(["opwatch", "get", "-", "--json"], { environment, stdin })
        assert.strictEqual(JSON.parse(out)[0].ref, failed)
        assert.strictEqual(code, 0)
      })
    )

    it.effect("takes the output of one command for the input of the next, whatever its form", () =>
      Effect.gen(function* () {
        const environment = yield* Process.onEmulator
        const script = [
          "opwatch list toloka | opwatch get - --output ndjson | opwatch explain - --output yaml | opwatch log - --json",
          "opwatch get toloka/gone cloud/fhmdone0emulator0001 --json | opwatch wait - -q --output ndjson",
          'echo "${PIPESTATUS[@]}" >&2'
        ]
        const { err, out } = yield* Shell.run(["bash", "--noprofile", "--norc", "-c", script.join("\n")], {
          environment
        })
        const [log, ended] = out.split("\n]\n")
        const steps: ReadonlyArray<{ readonly ref: string }> = JSON.parse(`${log}]`)
        assert.include(
          steps.map(({ ref }) => ref),
          failed
        )
        const waited = (ended ?? "")
          .trim()
          .split("\n")
          .map((line): Record<string, unknown> => JSON.parse(line))
        assert.sameMembers(
          waited.map(({ ref, state }) => `${String(ref)} ${String(state)}`),
          ["toloka/gone undefined", "cloud/fhmdone0emulator0001 succeeded"]
        )
        assert.strictEqual(err, "4 4\n")
      })
    )
  }
)

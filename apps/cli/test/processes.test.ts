import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { version } from "../src/Version.ts"
import * as Process from "./Process.ts"

const failedUpload = "toloka/57068577e4b0bf7b07a0256f"
const slow = { timeout: 60_000 }

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })(
  "opwatch as a process",
  (it) => {
    it.effect("prints its version", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* Process.run(["--version"]), { code: 0, out: `opwatch ${version}\n`, err: "" })
        const alias = yield* Process.run(["get", "--version"])
        assert.strictEqual(alias.out, `opwatch ${version}\n`)
      })
    )

    it.effect(
      "reads references from standard input and explains them",
      () =>
        Effect.gen(function* () {
          const environment = yield* Process.onEmulator
          const { code, out } = yield* Process.run(
            ["explain", "-"],
            environment,
            `${failedUpload}\nnull\ncloud/fhmquota0emulator001\n`
          )
          assert.match(out, /VALUE_REQUIRED in tasks\.0\.input_values\.image/)
          assert.match(out, /QUOTA_EXCEEDED/)
          assert.strictEqual(code, 0)
        }),
      slow
    )

    it.effect(
      "ends quietly when the reader of its output has gone",
      () =>
        Effect.gen(function* () {
          const environment = yield* Process.onEmulator
          const step = {
            type: "TASK_CREATE",
            success: true,
            input: { padding: "x".repeat(1_000) },
            output: { task_id: "t" }
          }
          yield* Process.script({ api: "toloka", id: "long-log", log: Array.from({ length: 500 }, () => step) })
          const reading = yield* Process.start(["log", "toloka/long-log", "--output", "ndjson"], environment)
          yield* reading.said("long-log")
          reading.child.stdout.destroy()
          const ended = yield* reading.ended
          assert.strictEqual(ended.err, "")
          assert.strictEqual(ended.code, 0)
        }),
      slow
    )

    it.effect(
      "runs a command against the emulator, ends with its exit code and removes the configuration",
      () =>
        Effect.gen(function* () {
          const program =
            'const fs = require("fs"), path = process.env.OPWATCH_CONFIG; console.log(path); console.log(fs.readFileSync(path, "utf8")); console.log(process.env.OPWATCH_EMULATOR_URL); process.exit(42)'
          const { code, out } = yield* Process.run(["emulate", "--", process.execPath, "-e", program])
          const [path = ""] = out.split("\n")
          assert.match(out, /url: (http:\/\/127\.0\.0\.1:\d+)\n[^]*\n\1\n$/)
          assert.strictEqual(code, 42)
          assert.isFalse(yield* (yield* FileSystem.FileSystem).exists(path))
        }),
      slow
    )

    it.effect(
      "takes scenarios as YAML, and says what is wrong with one",
      () =>
        Effect.gen(function* () {
          const fileSystem = yield* FileSystem.FileSystem
          const path = yield* fileSystem.makeTempFileScoped({ suffix: ".yaml" })
          yield* fileSystem.writeFileString(
            path,
            "operations:\n  - api: toloka\n    id: mine\n    steps: [{ set: { status: SUCCESS } }]\n"
          )
          const url =
            "fetch(process.env.OPWATCH_EMULATOR_URL + '/api/v1/operations/mine').then((r) => r.json()).then((o) => console.log(o.status))"
          const { out } = yield* Process.run(["emulate", "--scenario", path, "--", process.execPath, "-e", url])
          assert.strictEqual(out, "SUCCESS\n")
          yield* fileSystem.writeFileString(path, "operations: [{ api: tolka }]")
          const wrong = yield* Process.run(["emulate", "--scenario", path])
          assert.match(wrong.err, /^opwatch: --scenario \S+: operations\[0\]: /)
          assert.strictEqual(wrong.code, 2)
        }),
      slow
    )

    it.effect(
      "serves over HTTP until it is stopped",
      () =>
        Effect.gen(function* () {
          const environment = yield* Process.onEmulator
          const server = yield* Process.start(["serve", "--port", "0"], { ...environment, OPWATCH_PORT: "not a port" })
          yield* server.said("listening on http://127.0.0.1:")
          server.child.kill("SIGTERM")
          assert.strictEqual((yield* server.ended).code, 143)
          const refused = yield* Process.run(["serve", "--host", "0.0.0.0"], environment)
          assert.match(refused.err, /^opwatch: --host is "0\.0\.0\.0": without API keys/)
          assert.strictEqual(refused.code, 2)
        }),
      slow
    )

    it.effect(
      "shows a demo that ends as its scenes say",
      () =>
        Effect.gen(function* () {
          const { code, err, out } = yield* Process.run(["demo"], {
            OPWATCH_CONFIG: "/nowhere.yaml",
            OPWATCH_SOURCE: "nowhere"
          })
          assert.deepStrictEqual(
            [...out.matchAll(/^ {3}exit code (\d+)/gm)].map(([, code]) => Number(code)),
            [9, 0, 1, 0, 0, 1, 0, 7],
            out + err
          )
          assert.strictEqual(code, 0)
        }),
      slow
    )
  }
)

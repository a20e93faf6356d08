import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CheckedSource } from "../../src/doctor/Check.ts"
import { one, statusesOf } from "../doctor/Examination.ts"
import * as Harness from "../Harness.ts"
import * as Process from "../Process.ts"
import * as RealRun from "../RealRun.ts"

layer(Layer.merge(Emulator.layer(), NodeServices.layer), { excludeTestServices: true })("opwatch doctor", (it) => {
  it.effect("finds an emulator that lets everybody in to be well, and says who has no credential", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* RealRun.run(["doctor"], yield* Process.onEmulator)
      const told = out
        .replaceAll(/127\.0\.0\.1:\d+/g, "<emulator>")
        .replaceAll(/in \d+m?s/g, "in <time>")
        .replaceAll(/\S+\.yaml/g, "<file>")
      assert.strictEqual(
        told,
        [
          "toloka",
          "  ok  configuration  built in, changed by <file>: http://<emulator>/api/v1",
          "  ok  credential     none",
          "  ok  name           127.0.0.1 is an address",
          "  ok  connection     <emulator> in <time>",
          "  ok  answer         status 404 in <time>, asked without a credential",
          "  ok  access         let in",
          "  ok  clock          it agrees with the service's",
          "",
          "cloud",
          "  ok  configuration  built in, changed by <file>: http://<emulator>",
          "  ok  credential     none",
          "  ok  name           127.0.0.1 is an address",
          "  ok  connection     <emulator> in <time>",
          "  ok  answer         status 404 in <time>, asked without a credential",
          "  ok  access         let in; nobody has the operation asked for, as it should be",
          "  ok  clock          it agrees with the service's",
          "",
          "no credential: toloka-sandbox, tasks, cloud-kz, cloud-ai (`opwatch sources` says what would be one)",
          ""
        ].join("\n")
      )
      assert.deepStrictEqual([code, err], [0, ""])
    })
  )

  it.effect("checks only the sources that are named, in that order, each once", () =>
    Effect.gen(function* () {
      const environment = yield* Process.onEmulator
      const { out } = yield* RealRun.run(["doctor", "cloud", "toloka", "cloud", "--output", "ndjson"], environment)
      const lines = out.trim().split("\n")
      assert.deepStrictEqual(
        lines.map((line) => String((JSON.parse(line) as CheckedSource).source)),
        ["cloud", "toloka"]
      )
    })
  )

  it.effect("looks at a named source that has no credential as far as it can", () =>
    Effect.gen(function* () {
      const { url } = yield* Emulator
      const { path } = yield* RealRun.configuration({ tasks: { rateLimit: { requests: 1, per: "1s" } } })
      const { code, out } = yield* RealRun.run(["doctor", "tasks", "--json", "--config", path], { HTTPS_PROXY: url })
      const [tasks]: ReadonlyArray<CheckedSource> = JSON.parse(out)
      assert.deepStrictEqual(one(tasks, "credential"), {
        check: "credential",
        status: "failed",
        detail: "there is no credential",
        remedy: "set OPWATCH_TASKS_TOKEN, or configure sources.tasks.auth"
      })
      assert.deepInclude(statusesOf(tasks), { connection: "ok", access: "skipped" })
      assert.strictEqual(code, 5)
    })
  )

  it.effect.each([
    [["doctor"], {}, 5, "no source has a credential"],
    [["doctor", "tolka"], {}, 2, 'there is no source "tolka"'],
    [["doctor", "To"], {}, 2, "SOURCE"],
    [["doctor"], { OPWATCH_CONFIG: "/nowhere.yaml" }, 2, "there is no such file"],
    [["doctor", "toloka"], { HTTPS_PROXY: "nonsense" }, 2, "HTTPS_PROXY"]
  ] as const)("ends %j with %j with %i", ([args, environment, code, message]) =>
    Effect.gen(function* () {
      const ended = yield* RealRun.run([...args, "--json"], environment)
      assert.deepStrictEqual([ended.code, ended.out], [code, ""])
      assert.include(String(Harness.errorOf(ended)["message"]), message)
    })
  )
})

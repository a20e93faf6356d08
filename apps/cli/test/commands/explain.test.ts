import { assert, describe, it } from "@effect/vitest"
import type { Provider } from "@opwatch/core/Provider"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Harness from "../Harness.ts"

const counts = { total: 2, succeeded: 0, failed: 2, invalid: 2 }
const step = (item: number) => ({
  type: "TASK_VALIDATE",
  success: false,
  item,
  errors: [{ field: "image", code: "VALUE_REQUIRED", message: "must be there" }]
})

describe("opwatch explain", () => {
  it.effect("puts the operation and its log together", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "failed", kind: "TASK.BATCH_CREATE", counts })
      cli.toloka.setLog("a", [step(0), step(1)])
      const { code, out } = yield* cli.run(["explain", "toloka/a", "--json"])
      assert.deepInclude(JSON.parse(out), {
        ref: "toloka/a",
        state: "failed",
        causes: [{ code: "VALUE_REQUIRED", field: "image", message: "must be there", count: 2, items: [0, 1] }]
      })
      assert.strictEqual(code, 0)
    })
  )

  it.effect("takes a log that is not there for nothing to say", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "succeeded", kind: "POOL.OPEN" })
      const { code, out } = yield* cli.run(["explain", "toloka/a"])
      assert.strictEqual(out, "toloka/a\n  POOL.OPEN succeeded.\n")
      assert.strictEqual(code, 0)
      assert.strictEqual(cli.toloka.counts.logs, 1)
    })
  )

  it.effect("asks for no log before there can be one, nor where the provider has none", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "running" })
      cli.cloud.script("b", { state: "failed" })
      yield* cli.run(["explain", "toloka/a", "cloud/b"])
      assert.strictEqual(cli.toloka.counts.logs + cli.cloud.counts.logs, 0)
    })
  )

  it.effect("tells equal reasons once for all references, repeated ones too", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const error = { code: "QUOTA", message: "no more\u001b[31m", details: [] }
      for (const id of ["a", "b"]) cli.cloud.script(id, { state: "failed", kind: "CreateInstance", error })
      cli.cloud.script("c", { state: "cancelled" })
      const { out } = yield* cli.run(["explain", "cloud/a", "cloud/b", "cloud/c", "cloud/a"])
      assert.deepStrictEqual(out.split("\n"), [
        "cloud/a, cloud/b",
        "  CreateInstance failed.",
        "  because",
        "    QUOTA: no more\\u001b[31m",
        "  for the provider's support: a, b",
        "",
        "cloud/c",
        "  The operation was cancelled.",
        "  for the provider's support: c",
        ""
      ])
    })
  )

  it.effect("reads a log that comes slowly to its end", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("a", { state: "failed", kind: "TASK.BATCH_CREATE", counts })
      const slow: Provider = {
        ...cli.toloka.provider,
        log: (id) => {
          const steps = Array.from({ length: 5 }, (_, index) => ({
            ref: `toloka/${id}`,
            index,
            raw: {},
            ...step(index)
          }))
          return Stream.mapEffect(Stream.fromIterable(steps), (one) => Effect.as(Effect.sleep("10 seconds"), one))
        }
      }
      const { out } = yield* cli.run(["explain", "toloka/a", "--json"], { replacing: slow })
      assert.deepStrictEqual(JSON.parse(out).causes[0].items, [0, 1, 2, 3, 4])
    })
  )
})

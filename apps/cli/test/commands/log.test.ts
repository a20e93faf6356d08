import { assert, describe, it } from "@effect/vitest"
import type { Provider } from "@opwatch/core/Provider"
import { Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import * as Harness from "../Harness.ts"
import { refusal } from "../InMemoryProvider.ts"

const created = { type: "TASK_CREATE", success: true, item: 0, created: { type: "task", id: "t-0" } }
const failed = {
  type: "TASK_VALIDATE",
  success: false,
  item: 1,
  errors: [{ field: "input_values.image", code: "VALUE_REQUIRED", message: "must\nbe there" }]
}
const neutral = { type: "POOL_OPEN", success: true }

const make = () => {
  const cli = Harness.make()
  cli.toloka.setLog("a", [created, failed, neutral])
  return cli
}

const indexes = (out: string) =>
  out
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line).index)

describe("opwatch log", () => {
  it.effect("prints the steps for people, the errors below each", () =>
    Effect.gen(function* () {
      const { code, out } = yield* make().run(["log", "toloka/a"])
      assert.deepStrictEqual(out.split("\n"), [
        "#0  item 0  TASK_CREATE  ok  task t-0",
        "#1  item 1  TASK_VALIDATE  failed",
        "    input_values.image: VALUE_REQUIRED: must\\nbe there",
        "#2  POOL_OPEN  ok",
        ""
      ])
      assert.strictEqual(code, 0)
    })
  )

  it.effect("shows what a step was about that is no item's and created nothing", () =>
    Effect.gen(function* () {
      const cli = make()
      cli.toloka.setLog("b", [{ ...neutral, input: { pool_id: 21, note: "x".repeat(300) } }])
      const { out } = yield* cli.run(["log", "toloka/b"])
      assert.match(out, /^#0 {2}POOL_OPEN {2}ok {2}\{"pool_id":21,"note":"x+… \(cut; --json has all of it\)\n$/)
      assert.isBelow(out.length, 280)
    })
  )

  it.effect.each([
    [[], [0, 1, 2]],
    [["--failed"], [1]],
    [["--created"], [0]],
    [
      ["--failed", "--created"],
      [0, 1]
    ]
  ] as const)("with %j gives the steps %j", ([flags, expected]) =>
    Effect.gen(function* () {
      const { out } = yield* make().run(["log", "toloka/a", "--output", "ndjson", ...flags])
      assert.deepStrictEqual(indexes(out), [...expected])
    })
  )

  it.effect("gives a list of steps as JSON, an empty one too", () =>
    Effect.gen(function* () {
      const cli = make()
      cli.toloka.setLog("empty", [])
      assert.lengthOf(JSON.parse((yield* cli.run(["log", "toloka/a", "--json"])).out), 3)
      assert.strictEqual((yield* cli.run(["log", "toloka/empty", "--json"])).out, "[]\n")
    })
  )

  it.effect("ends with 8 where the provider has no log, whatever the others gave", () =>
    Effect.gen(function* () {
      const cli = make()
      const one = yield* cli.run(["log", "cloud/x", "--json"])
      assert.strictEqual(one.code, 8)
      assert.strictEqual(one.out, "")
      assert.strictEqual(Harness.errorOf(one)["code"], "Unsupported")
      const several = yield* cli.run(["log", "toloka/a", "cloud/x", "--json"])
      assert.strictEqual(several.code, 8)
      assert.deepStrictEqual(JSON.parse(several.out).at(-1), {
        ref: "cloud/x",
        error: { code: "Unsupported", message: "cloud says Unsupported" }
      })
    })
  )

  it.effect("goes on behind the last step that came after a broken connection", () =>
    Effect.gen(function* () {
      const cli = make()
      const { log } = cli.toloka.provider
      let reads = 0
      const breaking: Provider = {
        ...cli.toloka.provider,
        log: (id) => {
          reads += 1
          const broken = Stream.fail(refusal("toloka", id, new Unavailable({})))
          return reads === 1 ? Stream.concat(Stream.take(log(id), 2), broken) : log(id)
        }
      }
      const { code, out } = yield* cli.run(["log", "toloka/a", "--output", "ndjson"], { replacing: breaking })
      assert.deepStrictEqual(indexes(out), [0, 1, 2])
      assert.strictEqual(code, 0)
      assert.strictEqual(reads, 2)
    })
  )

  it.effect("gives up within 15 seconds on a log that never begins", () =>
    Effect.gen(function* () {
      const cli = make()
      const silent: Provider = { ...cli.toloka.provider, log: () => Stream.never }
      const { fiber, printed } = yield* cli.start(["log", "toloka/a"], { replacing: silent })
      yield* Harness.advance("15 seconds")
      assert.deepStrictEqual(fiber.pollUnsafe(), Exit.succeed(6))
      assert.match(printed.err, /^opwatch: toloka\/a: .*\n {2}no answer within 12 seconds\n/)
    })
  )

  it.effect("reads no further when nobody reads its output", () =>
    Effect.gen(function* () {
      const ran = yield* make().run(["log", "toloka/a"], { closesAfter: 1 })
      assert.deepStrictEqual(ran, { code: 0, out: "#0  item 0  TASK_CREATE  ok  task t-0\n", err: "" })
    })
  )
})

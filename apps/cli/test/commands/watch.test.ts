import { assert, describe, it } from "@effect/vitest"
import { OperationNotFound, Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Harness from "../Harness.ts"
import { refusal } from "../InMemoryProvider.ts"

const runs = { state: "running", progress: 10 } as const

describe("opwatch watch", () => {
  it.effect("prints a line for each change, and none where nothing changed", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs, runs, { ...runs, progress: 20 }, runs, { state: "rolling_back" }, { state: "failed" })
      const { code, out } = yield* cli.run(["watch", "cloud/a"])
      assert.deepStrictEqual(
        out
          .trim()
          .split("\n")
          .map((line) => line.replace(/^1970-01-01T00:\d\d:\d\dZ/, "TIME")),
        [
          "TIME  cloud/a  running, 10 %",
          "TIME  cloud/a  running, 20 %",
          "TIME  cloud/a  running, 10 %",
          "TIME  cloud/a  rolling back (a failure was met; not ended yet)",
          "TIME  cloud/a  failed"
        ]
      )
      assert.strictEqual(code, 1)
    })
  )

  it.effect("prints operations a line with ndjson, and those it cannot read among them", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs, { state: "succeeded" })
      const { code, err, out } = yield* cli.run(["watch", "cloud/a", "toloka/gone", "--output", "ndjson"])
      const lines = out
        .trim()
        .split("\n")
        .map((line): Record<string, unknown> => JSON.parse(line))
      assert.deepStrictEqual(
        lines.map(({ ref, state }) => [ref, state]),
        [
          ["cloud/a", "running"],
          ["toloka/gone", undefined],
          ["cloud/a", "succeeded"]
        ]
      )
      assert.strictEqual(code, 4)
      assert.strictEqual(err, "")
    })
  )

  it.effect("tells of setbacks on standard error", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", refusal("cloud", "a", new Unavailable({})), { state: "succeeded" })
      const { code, err } = yield* cli.run(["watch", "cloud/a"])
      assert.match(err, /^1970-01-01T00:00:00Z {2}cloud\/a: cloud says Unavailable, again in \d+ms\n$/)
      assert.strictEqual(code, 0)
    })
  )

  it.effect("gives the error alone where one was asked for and never read", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", refusal("cloud", "a", new OperationNotFound()))
      const ran = yield* cli.run(["watch", "cloud/a", "--json"])
      assert.strictEqual(ran.out, "")
      assert.strictEqual(Harness.errorOf(ran)["code"], "OperationNotFound")
    })
  )

  it.effect("stops watching when nobody reads any more", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs, { ...runs, progress: 20 }, { ...runs, progress: 30 })
      const ran = yield* cli.run(["watch", "cloud/a"], { closesAfter: 1 })
      assert.strictEqual(ran.code, 0)
      assert.strictEqual(ran.err, "")
      assert.strictEqual(cli.cloud.counts.gets, 2)
    })
  )

  it.effect("writes the changes above a block of what goes on where both are the same terminal", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs, { state: "succeeded" })
      const away = refusal("cloud", "b", new Unavailable({}))
      cli.cloud.script("b", runs, away, away, away, { state: "failed" })
      const screen = Harness.terminal(80, 24)
      const { code, err, out } = yield* cli.run(["watch", "cloud/a", "cloud/b"], { error: screen, output: screen })
      assert.deepStrictEqual(out.match(/cloud\/[ab] .*/g)?.length, 4)
      assert.match(err, /! cloud\/b .*Unavailable, again in/)
      assert.notMatch(err, /✓|✗|of 2 done.*\n.*of 2 done/)
      assert.strictEqual(code, 1)
      const elsewhere = yield* cli.run(["watch", "cloud/a", "cloud/b"], { error: screen })
      assert.match(elsewhere.err, /✓ cloud\/a/)
    })
  )

  it.effect("draws nothing below pieces of JSON on the same terminal", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs, { state: "succeeded" })
      const screen = Harness.terminal(80, 24)
      const { err } = yield* cli.run(["watch", "cloud/a", "--json"], { error: screen, output: screen })
      assert.strictEqual(err, "")
    })
  )

  it.effect("says when it is interrupted how to go on watching", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs)
      const { fiber, printed } = yield* cli.start(["watch", "a", "--source", "cloud"])
      yield* Harness.advance("1 second")
      yield* Fiber.interrupt(fiber)
      assert.match(
        printed.err,
        /interrupted; cloud\/a is not done and goes on\n {2}resume with: opwatch watch --source cloud cloud\/a\n$/
      )
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Forbidden, Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Harness from "../Harness.ts"
import { refusal } from "../InMemoryProvider.ts"

const resource = "compute/instances/fhm1"
const wait = ["wait", "--source", "cloud", "--resource", resource]

describe("opwatch wait --resource", () => {
  it.effect("waits for all that is unfinished on it", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.setList(["c", {}], ["b", { state: "succeeded" }], ["a", { state: "rolling_back" }])
      cli.cloud.script("c", { state: "running" }, { state: "succeeded" })
      cli.cloud.script("a", { state: "failed" })
      const { code, out } = yield* cli.run([...wait, "--json"])
      assert.deepStrictEqual(
        JSON.parse(out).map(({ ref, state }: Record<string, unknown>) => [ref, state]),
        [
          ["cloud/c", "succeeded"],
          ["cloud/a", "failed"]
        ]
      )
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(cli.cloud.queries, [{ resource, done: false }])
    })
  )

  it.effect("says when nothing is unfinished, with exit code 0", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.setList(["b", { state: "failed" }])
      assert.deepStrictEqual(yield* cli.run(wait), {
        code: 0,
        out: "",
        err: `nothing is unfinished on ${resource}\n`
      })
      assert.strictEqual((yield* cli.run([...wait, "--json"])).out, "[]\n")
    })
  )

  it.effect("takes the source from the environment", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const environment = { OPWATCH_SOURCE: "cloud" }
      assert.strictEqual((yield* cli.run(["wait", "--resource", resource], { environment })).code, 0)
      assert.lengthOf(cli.cloud.queries, 1)
    })
  )

  it.effect("rides out an outage before it knows what there is, and says so", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.setList(["a", refusal("cloud", "a", new Unavailable({}))])
      cli.cloud.script("a", { state: "succeeded" })
      const { fiber, printed } = yield* cli.start(wait)
      yield* Harness.advance("1 minute")
      assert.match(printed.err, /^compute\/instances\/fhm1: cloud says Unavailable, again in \d+ms\n/)
      cli.cloud.setList(["a", {}])
      yield* Harness.advance("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), 0)
      assert.match(printed.out, /cloud\/a {2}succeeded/)
    })
  )

  it.effect("gives up after a quarter of an hour, or as it is told", () =>
    Effect.gen(function* () {
      for (const [flags, minutes] of [
        [[], 15],
        [["--give-up-after", "2m"], 2]
      ] as const) {
        const cli = Harness.make()
        cli.cloud.setList(["a", refusal("cloud", "a", new Unavailable({}))])
        const { fiber } = yield* cli.start([...wait, ...flags])
        for (let second = 0; second < minutes * 60 - 30; second += 10) yield* Harness.advance("10 seconds")
        assert.isUndefined(fiber.pollUnsafe())
        for (let second = 0; second < 90; second += 10) yield* Harness.advance("10 seconds")
        assert.strictEqual(yield* Fiber.join(fiber), 6)
      }
    })
  )

  it.effect("stops when time runs out while it looks", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.setList(["a", "hang"])
      const looking = yield* cli.run([...wait, "--timeout", "5m", "--json"])
      assert.deepInclude(Harness.errorOf(looking), {
        code: "WaitTimedOut",
        message: `time ran out after 5m; what is unfinished on ${resource} is not known`,
        hint: `resume with: opwatch wait --source cloud --resource ${resource}`
      })
      assert.strictEqual(looking.code, 3)
    })
  )

  it.effect("stops when time runs out while it waits, and names what goes on", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.setList(["a", {}])
      cli.cloud.script("a", { state: "running" })
      const waiting = yield* cli.run([...wait, "--timeout", "5m"])
      assert.match(waiting.err, /resume with: opwatch wait --source cloud cloud\/a/)
      assert.strictEqual(waiting.code, 3)
    })
  )

  it.effect("fails as the list does", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.setList(["a", refusal("cloud", "a", new Forbidden())])
      assert.strictEqual((yield* cli.run(wait)).code, 5)
    })
  )

  it.effect.each<readonly [ReadonlyArray<string>, RegExp]>([
    [["wait"], /needs a reference such as .*, - to read them from standard input, or --resource/],
    [["wait", "--resource", resource], /--resource needs --source/],
    [[...wait, "cloud/a"], /--resource stands in place of references/],
    [["wait", "--source", "nowhere", "--resource", resource], /there is no source "nowhere"/]
  ])("takes %j for a wrong command line", ([args, message]) =>
    Effect.gen(function* () {
      const { code, err } = yield* Harness.make().run(args)
      assert.match(err, message)
      assert.strictEqual(code, 2)
    })
  )
})

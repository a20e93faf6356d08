import { assert, describe, it } from "@effect/vitest"
import { OperationNotFound } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Harness from "../Harness.ts"
import { refusal } from "../InMemoryProvider.ts"

const runs = { state: "running" } as const

describe("opwatch cancel", () => {
  it.effect("asks once and shows the operation as it stands", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs)
      const { code, out } = yield* cli.run(["cancel", "cloud/a", "--json"])
      assert.strictEqual(JSON.parse(out).state, "running")
      assert.strictEqual(code, 0)
      assert.strictEqual(cli.cloud.counts.cancels, 1)
    })
  )

  it.effect("ends as wait would with --wait: 7 when it was cancelled", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.cloud.script("a", runs)
      const { code, out } = yield* cli.run(["cancel", "cloud/a", "--wait", "--json"])
      assert.strictEqual(JSON.parse(out).state, "cancelled")
      assert.strictEqual(code, 7)
    })
  )

  it.effect("says of one that had ended first how it ended: exit code 8, or as wait would with --wait", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const replacing = { ...cli.cloud.provider, cancel: cli.cloud.provider.get }
      cli.cloud.script("a", { state: "succeeded" })
      cli.cloud.script("b", { state: "failed" })
      const asked = yield* cli.run(["cancel", "cloud/a", "--json"], { replacing })
      assert.strictEqual(JSON.parse(asked.out).state, "succeeded")
      assert.strictEqual(asked.err, "opwatch: cloud/a was not cancelled: it succeeded first\n")
      assert.strictEqual(asked.code, 8)
      const waited = yield* cli.run(["cancel", "cloud/b", "--wait", "--json"], { replacing })
      assert.include(waited.err, "opwatch: cloud/b was not cancelled: it failed\n")
      assert.strictEqual(waited.code, 1)
    })
  )

  it.effect("says that Toloka cannot, and does not wait for that one", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      cli.toloka.script("b", runs)
      const one = yield* cli.run(["cancel", "toloka/b", "--wait"])
      assert.strictEqual(one.err, "opwatch: toloka/b: toloka says Unsupported\n")
      assert.strictEqual(one.code, 8)
      const both = yield* cli.run(["cancel", "toloka/b", "cloud/a", "--wait", "--json"])
      const [toloka, cloud] = JSON.parse(both.out)
      assert.strictEqual(toloka.error.code, "Unsupported")
      assert.strictEqual(cloud.state, "cancelled")
      assert.strictEqual(both.code, 8)
      assert.strictEqual(cli.toloka.counts.gets, 0)
    })
  )

  it.effect("repeats no cancel that was not answered", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const hanging = {
        ...cli.cloud.provider,
        cancel: () =>
          Effect.andThen(
            Effect.sync(() => void (cli.cloud.counts.cancels += 1)),
            Effect.never
          )
      }
      const { code, err } = yield* cli.run(["cancel", "cloud/a"], { replacing: hanging })
      assert.match(err, /no answer within 12 seconds; whether the cancellation was taken is not known/)
      assert.strictEqual(code, 6)
      assert.strictEqual(cli.cloud.counts.cancels, 1)
    })
  )

  it.effect("gives the provider's refusal", () =>
    Effect.gen(function* () {
      const cli = Harness.make()
      const refusing = {
        ...cli.cloud.provider,
        cancel: () => Effect.fail(refusal("cloud", "a", new OperationNotFound()))
      }
      assert.strictEqual((yield* cli.run(["cancel", "cloud/a"], { replacing: refusing })).code, 4)
    })
  )
})

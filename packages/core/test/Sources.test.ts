import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { SourceName } from "../src/Reference.ts"
import { locations, providerOf } from "../src/Sources.ts"
import { operation, source } from "./Samples.ts"
import * as ScriptedProvider from "./ScriptedProvider.ts"

const { provider } = ScriptedProvider.make(Effect.succeed(operation("running")))
const aliased = { ...provider, urls: ["https://new.example", "https://old.example"] } as const
const sources = new Map([[source, aliased]])

describe("Sources", () => {
  it.effect("give the provider of a reference's source", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* providerOf(sources, { source }), aliased)
    })
  )

  it.effect("name the known ones where there is none", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(providerOf(sources, { source: SourceName.make("clod") }))
      assert.strictEqual(error._tag, "UnknownSource")
      assert.strictEqual(error.message, `there is no source "clod"; the known ones are toloka`)
    })
  )

  it("are found at every one of their URLs", () => {
    assert.deepStrictEqual(locations(sources), [
      { source, url: "https://new.example" },
      { source, url: "https://old.example" }
    ])
  })
})

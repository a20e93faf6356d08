import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { nearest, question } from "../../src/help/Nearest.ts"

const sources = ["toloka", "toloka-sandbox", "tasks", "cloud", "cloud-kz", "cloud-ai"]

describe("Nearest", () => {
  it.each([
    ["tolka", "did you mean toloka?"],
    ["otloka", "did you mean toloka?"],
    ["Toloka", "did you mean toloka?"],
    ["sandbox", "did you mean toloka-sandbox?"],
    ["toloka.dev", "did you mean toloka?"],
    ["yandex-cloud", "did you mean cloud?"],
    ["cloud_kz", "did you mean cloud-kz?"],
    ["cloud-k", "did you mean cloud-kz?"],
    ["cloud-xx", "did you mean cloud-kz or cloud-ai?"],
    ["nowhere", undefined],
    ["x", undefined],
    ["", undefined]
  ])("takes %j for a slip: %s", (word, expected) => {
    assert.strictEqual(question(nearest(word, sources)), expected)
  })

  it("knows nothing where nothing is known", () => {
    assert.deepStrictEqual(nearest("toloka", []), [])
  })

  it.prop("gives a word itself where it is known", [Schema.NonEmptyArray(Schema.Literals(sources))], ([known]) => {
    for (const word of known) assert.deepStrictEqual(nearest(word, known), [word])
  })
})

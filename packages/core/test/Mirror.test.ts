import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { readPath, troubleOf } from "../src/Mirror.ts"
import { OperationNotFound, ProviderError, Throttled } from "../src/ProviderError.ts"
import { SourceName } from "../src/Reference.ts"

const source = SourceName.make("cloud")

describe("Mirror", () => {
  it("reads a path as a lenient server may", () => {
    assert.strictEqual(readPath("/a//b/./c/../d%2Fe/"), "/a/b/d/e")
    assert.strictEqual(readPath("/../.."), "/")
    assert.strictEqual(readPath("/%zz"), "/%zz")
  })

  it.prop("gives a path without empty segments or dots, whatever it reads", [Schema.String], ([path]) => {
    const [first, ...segments] = readPath(path).split("/")
    assert.strictEqual(first, "")
    if (segments.join("/") !== "") for (const segment of segments) assert.notInclude(["", ".", ".."], segment)
  })

  it("tells a failed request without the code that stands beside it", () => {
    const error = new ProviderError({
      source,
      reason: new OperationNotFound(),
      code: "NOT_FOUND",
      message: "No (NOT_FOUND)"
    })
    assert.deepInclude(troubleOf(error), { status: 404, code: "NOT_FOUND", message: "No" })
    assert.strictEqual(troubleOf(new ProviderError({ source, reason: new Throttled({}), message: "Slow" })).status, 429)
  })
})

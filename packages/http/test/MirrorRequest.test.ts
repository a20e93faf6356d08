import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as MirrorRequest from "../src/MirrorRequest.ts"

const seconds = (headers: Record<string, string>) => {
  const age = MirrorRequest.maxAge(Headers.fromInput(headers))
  return age === undefined ? undefined : Duration.toSeconds(age)
}

describe("MirrorRequest", () => {
  it("reads how old an answer may be", () => {
    assert.strictEqual(seconds({ "cache-control": "max-age=5" }), 5)
    assert.strictEqual(seconds({ "cache-control": 'private, Max-Age = "7"' }), 7)
    assert.strictEqual(seconds({ "cache-control": "max-age=0" }), 0)
    assert.strictEqual(seconds({ "cache-control": "max-age=5, no-cache" }), 0)
    assert.strictEqual(seconds({ "cache-control": "no-store" }), 0)
    assert.strictEqual(seconds({ pragma: "no-cache" }), 0)
    assert.strictEqual(seconds({ "cache-control": "max-age=9", pragma: "no-cache" }), 9)
  })

  it("takes what says nothing of it for nothing", () => {
    for (const control of [
      "",
      "max-age",
      "max-age=-1",
      "max-age=1.5",
      "s-maxage=3",
      "max-age=99999999999",
      "private"
    ]) {
      assert.isUndefined(seconds({ "cache-control": control }), control)
    }
    assert.isUndefined(seconds({}))
  })
})

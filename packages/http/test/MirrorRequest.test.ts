import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
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

  const chunks = [new Uint8Array(3), new Uint8Array(2)]
  const chunked = HttpServerRequest.fromWeb(
    new Request("http://localhost", {
      method: "POST",
      headers: { "transfer-encoding": "chunked" },
      body: ReadableStream.from(chunks),
      duplex: "half"
    })
  )
  const announced = HttpServerRequest.fromWeb(
    new Request("http://localhost", { method: "POST", headers: { "content-length": "5" }, body: "12345" })
  )

  it.effect.each([["chunked", chunked] as const, ["announced", announced] as const])(
    "refuses a body over the limit: %s",
    ([, request]) =>
      Effect.gen(function* () {
        const refused = yield* Effect.flip(MirrorRequest.body(request, 4))
        assert.deepStrictEqual(
          [refused._tag, refused.detail],
          ["BodyTooLarge", "a body that is sent on may have 4 bytes"]
        )
      })
  )

  it.effect("takes a body of just the limit", () =>
    Effect.map(
      MirrorRequest.body(
        HttpServerRequest.fromWeb(
          new Request("http://localhost", { method: "POST", headers: { "content-length": "5" }, body: "12345" })
        ),
        5
      ),
      (body) => assert.strictEqual(String(body), "12345")
    )
  )
})

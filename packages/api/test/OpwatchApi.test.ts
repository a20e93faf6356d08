import { assert, describe, it } from "@effect/vitest"
import * as OpenApi from "effect/http-api/OpenApi"
import { OpwatchApi } from "../src/OpwatchApi.ts"

const document = OpenApi.fromApi(OpwatchApi)
const endpoints = Object.entries(document.paths).flatMap(([path, { get, post }]) =>
  [get, post].flatMap((endpoint) => (endpoint === undefined ? [] : [{ path, ...endpoint }]))
)

describe("OpwatchApi", () => {
  it("has a summary and, where it asks a provider, a description for every endpoint", () => {
    assert.strictEqual(endpoints.length, 8)
    for (const { description, path, summary } of endpoints) {
      assert.isString(summary, path)
      if (path.startsWith("/v1/")) assert.isString(description, path)
    }
  })

  it("answers errors with problem documents alone", () => {
    for (const { path, responses } of endpoints) {
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) < 400) continue
        assert.match(JSON.stringify(response), /^[^]*"content":\{"application\/problem\+json":/, `${status} ${path}`)
      }
    }
  })

  it("gives each problem a type of its own", () => {
    const types = [...JSON.stringify(document).matchAll(/"urn:opwatch:problem:[a-z-]+"/g)].map(([type]) => type)
    assert.sameMembers(
      [...new Set(types)],
      [
        `"urn:opwatch:problem:answer-not-understood"`,
        `"urn:opwatch:problem:bad-input"`,
        `"urn:opwatch:problem:credential-refused"`,
        `"urn:opwatch:problem:internal-error"`,
        `"urn:opwatch:problem:operation-not-found"`,
        `"urn:opwatch:problem:provider-throttled"`,
        `"urn:opwatch:problem:provider-unavailable"`,
        `"urn:opwatch:problem:refused-caller"`,
        `"urn:opwatch:problem:request-rejected"`,
        `"urn:opwatch:problem:source-misconfigured"`,
        `"urn:opwatch:problem:source-not-found"`,
        `"urn:opwatch:problem:unsupported"`
      ]
    )
  })
})

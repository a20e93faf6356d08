import { assert, describe, it } from "@effect/vitest"
import * as OpenApi from "effect/http-api/OpenApi"
import { OpwatchApi } from "../src/OpwatchApi.ts"

const document = OpenApi.fromApi(OpwatchApi)
const endpoints = Object.entries(document.paths).flatMap(([path, methods]) =>
  [methods.get, methods.post, methods.put, methods.delete].flatMap((endpoint) =>
    endpoint === undefined ? [] : [{ path, ...endpoint }]
  )
)

describe("OpwatchApi", () => {
  it("has a summary and, where it asks a provider, a description for every endpoint", () => {
    assert.strictEqual(endpoints.length, 26)
    for (const { description, path, summary } of endpoints) {
      assert.isString(summary, path)
      if (path.startsWith("/v1/")) assert.isString(description, path)
    }
  })

  it("says of every endpoint which scope it needs, but of those that are open", () => {
    for (const { path, security, ...endpoint } of endpoints) {
      const scope = Object.entries(endpoint).find(([name]) => name === "x-opwatch-scope")?.[1]
      const isOpen = ["/healthz", "/readyz"].includes(path)
      assert.deepStrictEqual([scope !== undefined, security?.length], isOpen ? [false, 0] : [true, 1], path)
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
        `"urn:opwatch:problem:not-tracked"`,
        `"urn:opwatch:problem:not-ready"`,
        `"urn:opwatch:problem:store-unavailable"`,
        `"urn:opwatch:problem:too-many-tracked"`,
        `"urn:opwatch:problem:webhooks-unavailable"`,
        `"urn:opwatch:problem:webhook-refused"`,
        `"urn:opwatch:problem:too-many-subscriptions"`,
        `"urn:opwatch:problem:subscription-disabled"`,
        `"urn:opwatch:problem:subscription-not-found"`,
        `"urn:opwatch:problem:delivery-not-found"`,
        `"urn:opwatch:problem:request-rejected"`,
        `"urn:opwatch:problem:source-misconfigured"`,
        `"urn:opwatch:problem:route-not-found"`,
        `"urn:opwatch:problem:method-not-allowed"`,
        `"urn:opwatch:problem:body-not-json"`,
        `"urn:opwatch:problem:source-not-found"`,
        `"urn:opwatch:problem:answer-too-late"`,
        `"urn:opwatch:problem:body-too-large"`,
        `"urn:opwatch:problem:scope-missing"`,
        `"urn:opwatch:problem:too-many-attempts"`,
        `"urn:opwatch:problem:too-many-streams"`,
        `"urn:opwatch:problem:unauthenticated"`,
        `"urn:opwatch:problem:unsupported"`
      ]
    )
  })
})

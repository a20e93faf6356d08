import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as OpwatchClient from "@opwatch/api/OpwatchClient"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { json, start } from "./Serving.ts"

describe("The server", () => {
  it.live("says that it lives and is ready, to HEAD as well", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      for (const path of ["/healthz", "/readyz"]) {
        const answer = yield* request(path)
        assert.deepStrictEqual([answer.status, json(answer)], [200, { status: "ok" }])
        const head = yield* request(path, { method: "HEAD" })
        assert.deepStrictEqual([head.status, head.text], [200, ""])
      }
    })
  )

  it.live("describes every endpoint with its problems in its OpenAPI document", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      const document = json(yield* request("/openapi.json"))
      assert.strictEqual(document["openapi"], "3.1.0")
      const paths = document["paths"] as Record<string, Record<string, { responses: Record<string, unknown> }>>
      const operation = "/v1/operations/{source}/{id}"
      assert.deepStrictEqual(
        Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)),
        [
          `get ${operation}`,
          `put ${operation}`,
          `delete ${operation}`,
          `get ${operation}/wait`,
          `get ${operation}/events`,
          `get ${operation}/log`,
          `get ${operation}/explanation`,
          `post ${operation}/cancel`,
          "get /v1/operations",
          `get ${operation}/history`,
          "post /v1/operations/batch",
          "get /v1/summary",
          "get /v1/events",
          "post /v1/subscriptions",
          "get /v1/subscriptions",
          "get /v1/subscriptions/{id}",
          "delete /v1/subscriptions/{id}",
          "get /v1/deliveries",
          "post /v1/deliveries/{id}/resend",
          "get /v1/sources",
          "get /v1/sources/{source}/operations",
          "get /v1/sources/{source}/durations",
          "get /v1/cluster",
          "get /metrics",
          "get /healthz",
          "get /readyz"
        ]
      )
      assert.deepStrictEqual(Object.keys(paths[operation]?.["get"]?.responses ?? {}).toSorted(), [
        "200",
        "400",
        "401",
        "403",
        "404",
        "413",
        "429",
        "500",
        "501",
        "502",
        "503",
        "504"
      ])
      const text = JSON.stringify(document)
      assert.notInclude(text, `"security":[{`, "a server without keys asks for no key")
      for (const type of ["bad-input", "operation-not-found", "credential-refused", "provider-throttled"]) {
        assert.include(text, `urn:opwatch:problem:${type}`)
      }
    })
  )

  it.live("serves documentation that loads nothing from anywhere", () =>
    Effect.gen(function* () {
      const { request } = yield* start
      const answer = yield* request("/docs")
      assert.strictEqual(answer.status, 200)
      assert.include(String(answer.headers["content-type"]), "text/html")
      assert.include(answer.text, "SwaggerUIBundle")
      const markup = answer.text.replace(/<script\b[^>]*>[^]*?<\/script>/g, (script) => script.slice(0, 80))
      assert.notMatch(markup, /<(script|link|img|iframe)[^>]+(src|href)=/)
      assert.notMatch(answer.text, /url\(["']?https?:|@import/)
    })
  )

  it.live("understands the client made from its contract, problems included", () =>
    Effect.gen(function* () {
      const { cloud, url } = yield* start
      cloud.set("op-1", { state: "succeeded", raw: {} })
      const client = yield* OpwatchClient.make(url)
      const params = { source: SourceName.make("cloud"), id: OperationId.make("op-1") }
      const operation = yield* client.operations.wait({ params, query: { timeout: Duration.seconds(1) } })
      assert.deepStrictEqual([operation.state, operation.raw], ["succeeded", {}])
      const missing = { ...params, id: OperationId.make("op-2") }
      const problem = yield* Effect.flip(client.operations.get({ params: missing, query: {} }))
      assert.strictEqual(problem._tag, "OperationNotFound")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )
})

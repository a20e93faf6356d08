import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { defaultSettings, type Mirror } from "@opwatch/core/Mirror"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Toloka from "../src/Toloka.ts"

const mirror = Effect.fnUntraced(function* (url: string) {
  const provider = yield* Toloka.make({
    source: SourceName.make("toloka"),
    url,
    authorization: Authorization.none,
    rateLimit: { requests: 1, per: Duration.seconds(1) }
  })
  return provider.mirror satisfies Mirror
}, Effect.provide(NodeHttpClient.layerNodeHttp))

describe("TolokaMirror", () => {
  it.effect("knows operations, their logs and their list by paths from the host on", () =>
    Effect.gen(function* () {
      const { route } = yield* mirror("https://toloka.dev/api/v1")
      const operation = { _tag: "Operation", id: OperationId.make("a-1") } as const
      assert.deepStrictEqual(route("GET", "/api/v1/operations/a-1"), operation)
      assert.deepStrictEqual(route("HEAD", "/api/v1/operations/a-1"), operation)
      assert.deepStrictEqual(route("GET", "/api/v1/operations/a-1/log"), { _tag: "Reading" })
      assert.deepStrictEqual(route("GET", "/api/v1/operations"), { _tag: "Reading" })
    })
  )

  it.effect("takes nothing else for one of them, however it is written", () =>
    Effect.gen(function* () {
      const { route } = yield* mirror("https://toloka.dev/api/v1/")
      for (const [method, path] of [
        ["POST", "/api/v1/operations/a"],
        ["GET", "/operations/a"],
        ["GET", "/api/v1/operations/"],
        ["GET", "/api/v1/operations/.."],
        ["GET", "/api/v1/operations/../pools"],
        ["GET", "/api/v1/operations/a%2Flog"],
        ["GET", "/api/v1/operations/a/log/"],
        ["GET", "/api/v1/operations/a/logs"],
        ["GET", "/api/v1/pools/1/%2e%2e/%2e%2e/operations"],
        ["GET", "/api/v1/pools"]
      ] as const) {
        assert.deepStrictEqual(route(method, path), { _tag: "Other" }, path)
      }
    })
  )

  it.effect("words what is refused as Toloka does", () =>
    Effect.gen(function* () {
      const { maxAge, passThrough, refuse } = yield* mirror("https://toloka.dev/api/v1")
      assert.deepStrictEqual({ maxAge, passThrough }, defaultSettings)
      assert.deepStrictEqual(refuse({ status: 404, message: "No", code: "DOES_NOT_EXIST", requestId: "r" }), {
        status: 404,
        body: { request_id: "r", code: "DOES_NOT_EXIST", message: "No" }
      })
      assert.deepStrictEqual(refuse({ status: 403, message: "No" }).body, { code: "ACCESS_DENIED", message: "No" })
      assert.strictEqual(refuse({ status: 501, message: "Gone", code: "OPERATION_LOGS_ARCHIVED" }).status, 409)
    })
  )
})

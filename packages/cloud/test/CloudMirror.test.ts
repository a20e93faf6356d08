import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Mirror } from "@opwatch/core/Mirror"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Cloud from "../src/Cloud.ts"

const mirror = Effect.gen(function* () {
  const provider = yield* Cloud.make({
    source: SourceName.make("cloud"),
    url: "https://operation.api.cloud.yandex.net",
    authorization: Authorization.none,
    rateLimit: { requests: 1, per: Duration.seconds(1) }
  })
  return provider.mirror satisfies Mirror
}).pipe(Effect.provide(NodeHttpClient.layerNodeHttp))

const id = OperationId.make("fhm1")

describe("CloudMirror", () => {
  it.effect("knows operations, and the lists of the resources that have one", () =>
    Effect.gen(function* () {
      const { route } = yield* mirror
      assert.deepStrictEqual(route("GET", "/operations/fhm1"), { _tag: "Operation", id })
      assert.deepStrictEqual(route("GET", "/compute/v1/instances/i1/operations"), { _tag: "Reading" })
      assert.deepStrictEqual(route("GET", "/managed-redis/v1/clusters/c1/operations"), { _tag: "Reading" })
      for (const path of ["/operations", "/operations/a/b", "/compute/v1/instances/i1", "/nothing/v1/a/b/operations"]) {
        assert.deepStrictEqual(route("GET", path), { _tag: "Other" }, path)
      }
      assert.deepStrictEqual(route("POST", "/operations/fhm1"), { _tag: "Other" })
    })
  )

  it.effect("takes for a cancel whatever the service could take for one", () =>
    Effect.gen(function* () {
      const { route } = yield* mirror
      for (const path of [
        "/operations/fhm1:cancel",
        "/operations/fhm1%3Acancel",
        "/operations/fhm1%3acance%6C",
        "//operations//fhm1:cancel/",
        "/a/../operations/./fhm1:cancel",
        "/%2e/operations%2Ffhm1:cancel"
      ]) {
        for (const method of ["GET", "POST", "HEAD", "PUT"]) {
          assert.deepStrictEqual(route(method, path), { _tag: "Cancel", id }, `${method} ${path}`)
        }
      }
    })
  )

  it.effect("words what is refused as the cloud does", () =>
    Effect.gen(function* () {
      const { refuse } = yield* mirror
      assert.deepStrictEqual(refuse({ status: 404, message: "No", code: "NOT_FOUND", requestId: "r" }), {
        status: 404,
        body: {
          code: 5,
          message: "No",
          details: [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "r" }]
        }
      })
      assert.deepStrictEqual(refuse({ status: 403, message: "No" }).body, { code: 7, message: "No", details: [] })
      const late = refuse({ status: 501, message: "It has ended", code: "FAILED_PRECONDITION" })
      assert.strictEqual(late.status, 400)
      assert.deepInclude(late.body, { code: 9 })
      assert.deepInclude(refuse({ status: 400, message: "?", code: "77" }).body, { code: 77 })
    })
  )
})

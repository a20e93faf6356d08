import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as MetadataService from "../src/MetadataService.ts"
import { answering, issued, only, refused, source } from "./TokenServer.ts"

layer(NodeHttpClient.layerUndici)("the metadata service", (it) => {
  it.effect("gives the token of the machine's account to who sends its header", () =>
    Effect.gen(function* () {
      const { asked, url } = yield* answering(200, { access_token: "t1.m.m", expires_in: 43_200, token_type: "Bearer" })
      yield* TestClock.setTime(1_000)
      const issuer = yield* MetadataService.make(source, url)
      assert.deepStrictEqual(yield* issued(issuer), { token: "t1.m.m", expiresAt: 43_201_000 })
      const { headers, line } = only(asked)
      assert.strictEqual(line, "GET /computeMetadata/v1/instance/service-accounts/default/token")
      assert.strictEqual(headers["metadata-flavor"], "Google")
      assert.isUndefined(headers.authorization)
    })
  )

  describe("gives none", () => {
    it.effect("and the error says where one would have it, and is never about the operation", () =>
      Effect.gen(function* () {
        const told: Array<unknown> = []
        for (const [status, body] of [
          [403, "Missing Metadata-Flavor: Google header\n"],
          [404, "<html>Not Found</html>"],
          [405, ""],
          [429, ""],
          [500, ""],
          [200, "{}"],
          [200, '{"access_token": "t1.hush']
        ] as const) {
          const { url } = yield* answering(status, body)
          told.push(yield* refused(yield* MetadataService.make(source, url), ["hush"]))
        }
        expect(told).toMatchInlineSnapshot(`
          [
            {
              "hint": "only a cloud machine with a service account has one",
              "message": "the metadata service gives no token (status 403)",
              "reason": "Forbidden",
            },
            {
              "hint": "only a cloud machine with a service account has one",
              "message": "the metadata service gives no token (status 404)",
              "reason": "Misconfigured",
            },
            {
              "hint": "only a cloud machine with a service account has one",
              "message": "the metadata service gives no token (status 405)",
              "reason": "Misconfigured",
            },
            {
              "hint": "only a cloud machine with a service account has one",
              "message": "the metadata service gives no token (status 429)",
              "reason": "Throttled",
            },
            {
              "hint": "only a cloud machine with a service account has one",
              "message": "the metadata service gives no token (status 500)",
              "reason": "Unavailable",
            },
            {
              "hint": undefined,
              "message": "the answer of the metadata service has no token",
              "reason": "MalformedAnswer",
            },
            {
              "hint": undefined,
              "message": "the answer of <host> is not JSON",
              "reason": "MalformedAnswer",
            },
          ]
        `)
      })
    )

    it.effect("where nobody listens, which may pass", () =>
      Effect.gen(function* () {
        const { url } = yield* Effect.scoped(answering(200, {}))
        expect(yield* refused(yield* MetadataService.make(source, url), [])).toMatchInlineSnapshot(`
          {
            "hint": undefined,
            "message": "<host> did not answer: the connection was refused",
            "reason": "Unavailable",
          }
        `)
      })
    )
  })
})

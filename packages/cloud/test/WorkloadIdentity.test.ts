import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as WorkloadIdentity from "../src/WorkloadIdentity.ts"
import { answering, issued, only, refused, source } from "./TokenServer.ts"

const subject = "eyJh.hush-hush+/=&%.0123"

const exchange = Effect.fnUntraced(function* (authUrl: string) {
  const from = yield* WorkloadIdentity.make({ source, authUrl, serviceAccountId: "ajesa" })
  return from(Redacted.make(subject))
})

layer(NodeHttpClient.layerUndici)("workload identity", (it) => {
  it.effect("exchanges a token by the documented form", () =>
    Effect.gen(function* () {
      const { asked, url } = yield* answering(200, { access_token: "t1.w.w", token_type: "Bearer", expires_in: 60 })
      assert.deepStrictEqual(yield* issued(yield* exchange(url)), { token: "t1.w.w", expiresAt: 60_000 })
      const { body, headers, line } = only(asked)
      assert.strictEqual(line, "POST /oauth/token")
      assert.match(headers["content-type"] ?? "", /^application\/x-www-form-urlencoded\b/)
      assert.isUndefined(headers.authorization)
      assert.deepStrictEqual(Object.fromEntries(new URLSearchParams(body)), {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
        audience: "ajesa",
        subject_token: subject,
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token"
      })
    })
  )

  describe("that is refused", () => {
    it.effect("says why, and nothing of the token that comes back in it", () =>
      Effect.gen(function* () {
        const told: Array<unknown> = []
        for (const [status, body] of [
          [400, { error: "invalid_grant", error_description: `subject_token ${subject} is not trusted` }],
          [400, { error: "invalid_target" }],
          [401, { error: "invalid_client", error_description: 5 }],
          [403, { error: "access_denied", error_description: "not this account" }],
          [429, { error: "slow_down", error_description: "too many" }],
          [503, { error: "temporarily_unavailable", error_description: "later" }],
          [404, "<html>Not Found</html>"],
          [400, { code: 3, message: "no" }],
          [500, `no ${subject}`],
          [200, { access_token: null }]
        ] as const) {
          const { url } = yield* answering(status, body)
          told.push(yield* refused(yield* exchange(url), [subject, "hush"]))
        }
        expect(told).toMatchInlineSnapshot(`
          [
            {
              "hint": "check the token that is exchanged, and that the service account trusts its issuer",
              "message": "the token exchange refused: subject_token <redacted> is not trusted",
              "reason": "Unauthenticated",
            },
            {
              "hint": "check the token that is exchanged, and that the service account trusts its issuer",
              "message": "the token exchange refused: invalid_target",
              "reason": "Unauthenticated",
            },
            {
              "hint": "check the token that is exchanged, and that the service account trusts its issuer",
              "message": "the token exchange refused: invalid_client",
              "reason": "Unauthenticated",
            },
            {
              "hint": "check the token that is exchanged, and that the service account trusts its issuer",
              "message": "the token exchange refused: not this account",
              "reason": "Forbidden",
            },
            {
              "hint": "check the token that is exchanged, and that the service account trusts its issuer",
              "message": "the token exchange refused: too many",
              "reason": "Throttled",
            },
            {
              "hint": "check the token that is exchanged, and that the service account trusts its issuer",
              "message": "the token exchange refused: later",
              "reason": "Unavailable",
            },
            {
              "hint": undefined,
              "message": "<host> answered with status 404",
              "reason": "Misconfigured",
            },
            {
              "hint": undefined,
              "message": "<host> answered with status 400",
              "reason": "Unauthenticated",
            },
            {
              "hint": undefined,
              "message": "<host> answered with status 500",
              "reason": "Unavailable",
            },
            {
              "hint": undefined,
              "message": "the answer of the token exchange has no token",
              "reason": "MalformedAnswer",
            },
          ]
        `)
      })
    )

    it.effect("where nobody listens may pass", () =>
      Effect.gen(function* () {
        const { url } = yield* Effect.scoped(answering(200, {}))
        expect(yield* refused(yield* exchange(url), ["hush"])).toMatchObject({ reason: "Unavailable" })
      })
    )
  })
})

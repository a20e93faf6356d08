import { assert, describe, expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { constants, generateKeyPairSync, verify } from "node:crypto"
import * as IamService from "../src/IamService.ts"
import * as Installation from "../src/Installation.ts"
import { answering, issued, only, refused, source } from "./TokenServer.ts"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
const pemLine = pem.split("\n")[3] ?? assert.fail("it has no lines")
const keyText = JSON.stringify({ id: "ajekey", service_account_id: "ajesa", private_key: pem })
const key = Redacted.make(keyText)
const secret = "y0_hush-hush-0123456789"
const oauth = Redacted.make(secret)
const answer = { iamToken: "t1.fresh.token", expiresAt: "2026-01-02T15:04:05.678901234Z" }
const now = Date.UTC(2026, 0, 2, 3, 4, 5)

const jwtOf = (body: string) => (JSON.parse(body) as { readonly jwt: string }).jwt
const partOf = (jwt: string, index: number): unknown =>
  JSON.parse(Buffer.from(jwt.split(".")[index] ?? "", "base64url").toString())

const isSigned = (jwt: string) => {
  const [header, claims, signature = ""] = jwt.split(".")
  const by = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return verify("sha256", Buffer.from(`${header}.${claims}`), by, Buffer.from(signature, "base64url"))
}

layer(NodeHttpClient.layerUndici)("IAM", (it) => {
  describe("gives a token", () => {
    it.effect("for an OAuth token, which goes in the body and nowhere else", () =>
      Effect.gen(function* () {
        const { asked, url } = yield* answering(200, answer)
        const iam = yield* IamService.make(source, url)
        assert.deepStrictEqual(yield* issued(iam.fromOauthToken(oauth)), {
          token: "t1.fresh.token",
          expiresAt: Date.UTC(2026, 0, 2, 15, 4, 5, 678)
        })
        const { body, headers, line } = only(asked)
        assert.strictEqual(line, "POST /iam/v1/tokens")
        assert.deepStrictEqual(JSON.parse(body), { yandexPassportOauthToken: secret })
        assert.strictEqual(headers["content-type"], "application/json")
        assert.isUndefined(headers.authorization)
      })
    )

    it.effect("for a key's assertion, which is signed anew at each exchange", () =>
      Effect.gen(function* () {
        const { asked, url } = yield* answering(200, answer)
        const iam = yield* IamService.make(source, url)
        for (const time of [now, now + 60_000]) {
          yield* TestClock.setTime(time)
          yield* iam.fromServiceAccountKey(key)
        }
        const [first = "", second = ""] = asked.map(({ body }) => jwtOf(body))
        assert.isTrue(isSigned(first) && isSigned(second))
        expect([partOf(first, 0), partOf(first, 1), partOf(second, 1)]).toMatchObject([
          { kid: "ajekey", alg: "PS256" },
          { iss: "ajesa", aud: `${url}/iam/v1/tokens`, iat: now / 1000, exp: now / 1000 + 3600 },
          { iat: now / 1000 + 60 }
        ])
        assert.notInclude(JSON.stringify(asked), pemLine)
      })
    )

    it.effect.each([
      ["Russian", Installation.russia.iamUrl, "https://iam.api.cloud.yandex.net/iam/v1/tokens"],
      ["Kazakh", Installation.kazakhstan.iamUrl, "https://iam.api.yandexcloud.kz/iam/v1/tokens"]
    ] as const)("for an assertion that is meant for the %s installation, and sent there", ([, iamUrl, address]) =>
      Effect.gen(function* () {
        const audiences: Array<unknown> = []
        const recording = HttpClient.make((request, url) => {
          const { body } = request
          const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : assert.fail(body._tag)
          audiences.push([url.href, partOf(jwtOf(text), 1)])
          return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(JSON.stringify(answer))))
        })
        const iam = yield* Effect.provideService(IamService.make(source, iamUrl), HttpClient.HttpClient, recording)
        yield* iam.fromServiceAccountKey(key)
        expect(audiences).toMatchObject([[address, { aud: address }]])
      })
    )

    it.effect.each([
      ["does not say", undefined],
      ["says it unintelligibly", "tomorrow"],
      ["says it in another kind", 5]
    ])("that is taken to live an hour where the answer %s when it ends", ([, expiresAt]) =>
      Effect.gen(function* () {
        const { url } = yield* answering(200, { iamToken: "t1.a.b", expiresAt })
        yield* TestClock.setTime(now)
        const { fromOauthToken } = yield* IamService.make(source, url)
        assert.strictEqual((yield* fromOauthToken(oauth)).expiresAt, now + Duration.toMillis("1 hour"))
      })
    )
  })

  describe("gives no token", () => {
    const secrets = [secret, secret.slice(3, 12), pemLine]

    it.effect("and the error says why, and nothing of the credential that comes back in it", () =>
      Effect.gen(function* () {
        const told: Array<unknown> = []
        for (const [status, body] of [
          [401, { code: 16, message: `OAuth token ${secret} is invalid or expired` }],
          [400, { code: 3, message: "the token is malformed" }],
          [403, { code: 7, message: "Permission denied" }],
          [404, { code: 5, message: "no such account" }],
          [404, `<html>${secret}</html>`],
          [405, ""],
          [429, { code: 8, message: "too many" }],
          [503, { code: 14, message: "later" }],
          [500, `no ${secret}`],
          [302, ""]
        ] as const) {
          const { url } = yield* answering(status, body)
          const { fromOauthToken } = yield* IamService.make(source, url)
          told.push(yield* refused(fromOauthToken(oauth), secrets))
        }
        expect(told).toMatchInlineSnapshot(`
          [
            {
              "hint": "IAM does not accept the credential: is it of this installation, and still good?",
              "message": "IAM gives no token: OAuth token <redacted> is invalid or expired (UNAUTHENTICATED)",
              "reason": "Unauthenticated",
            },
            {
              "hint": "IAM does not accept the credential: is it of this installation, and still good?",
              "message": "IAM gives no token: the token is malformed (INVALID_ARGUMENT)",
              "reason": "Unauthenticated",
            },
            {
              "hint": undefined,
              "message": "IAM gives no token: Permission denied (PERMISSION_DENIED)",
              "reason": "Forbidden",
            },
            {
              "hint": "check the iamUrl of this source",
              "message": "IAM gives no token: no such account (NOT_FOUND)",
              "reason": "Misconfigured",
            },
            {
              "hint": "check the iamUrl of this source",
              "message": "<host> answered with status 404",
              "reason": "Misconfigured",
            },
            {
              "hint": "check the iamUrl of this source",
              "message": "<host> answered with status 405",
              "reason": "Misconfigured",
            },
            {
              "hint": undefined,
              "message": "IAM gives no token: too many (RESOURCE_EXHAUSTED)",
              "reason": "Throttled",
            },
            {
              "hint": undefined,
              "message": "IAM gives no token: later (UNAVAILABLE)",
              "reason": "Unavailable",
            },
            {
              "hint": undefined,
              "message": "<host> answered with status 500",
              "reason": "Unavailable",
            },
            {
              "hint": undefined,
              "message": "<host> redirects to nowhere; credentials go to the configured host only, so it was not followed",
              "reason": "Redirected",
            },
          ]
        `)
      })
    )

    it.effect("in an answer without one", () =>
      Effect.gen(function* () {
        const told: Array<unknown> = []
        for (const body of [{}, [], null, "t1.hush.hush", { iamToken: "" }, { iamToken: 5 }, `{"iamToken": "t1.hush`]) {
          const { url } = yield* answering(200, body)
          const { fromOauthToken } = yield* IamService.make(source, url)
          const { message, reason } = yield* refused(fromOauthToken(oauth), ["hush"])
          assert.strictEqual(reason, "MalformedAnswer")
          told.push(message)
        }
        expect(told).toMatchInlineSnapshot(`
          [
            "the answer of IAM has no token",
            "the answer of IAM has no token",
            "the answer of IAM has no token",
            "the answer of <host> is not JSON",
            "the answer of IAM has no token",
            "the answer of IAM has no token",
            "the answer of <host> is not JSON",
          ]
        `)
      })
    )

    it.effect("to a key that cannot be used, and is not asked", () =>
      Effect.gen(function* () {
        const { asked, url } = yield* answering(200, answer)
        const { fromServiceAccountKey } = yield* IamService.make(source, url)
        const told: Array<unknown> = []
        for (const text of ["hush-hush", keyText.replace("PRIVATE", "PUBLIC")]) {
          told.push(yield* refused(fromServiceAccountKey(Redacted.make(text)), ["hush", ...secrets]))
        }
        expect(told).toMatchInlineSnapshot(`
          [
            {
              "hint": undefined,
              "message": "source cloud: the service account key: it is not an authorized key: JSON with id, service_account_id and private_key is expected",
              "reason": "Misconfigured",
            },
            {
              "hint": undefined,
              "message": "source cloud: the service account key: its private_key is not an RSA key in PEM form",
              "reason": "Misconfigured",
            },
          ]
        `)
        assert.lengthOf(asked, 0)
      })
    )

    it.effect("to an assertion that comes back in the refusal without showing it", () =>
      Effect.gen(function* () {
        const { asked, url } = yield* answering(401, { code: 16, message: "JWT signature is invalid" })
        const { fromServiceAccountKey } = yield* IamService.make(source, url)
        const { reason } = yield* refused(fromServiceAccountKey(key), secrets)
        assert.strictEqual(reason, "Unauthenticated")
        assert.lengthOf(asked, 1)
      })
    )
  })
})

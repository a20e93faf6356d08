import { assert, describe, expect, it } from "@effect/vitest"
import { constants, generateKeyPairSync, sign } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Credentials from "../src/Credentials.ts"
import { Emulator } from "../src/Emulator.ts"
import { authorized, call, post, put, type Reply } from "./Client.ts"

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const other = generateKeyPairSync("rsa", { modulusLength: 2048 })
const pem = publicKey.export({ type: "spki", format: "pem" })

const withCloud = (cloud: object) =>
  Layer.unwrap(Effect.map(Credentials.decode({ cloud }), (credentials) => Emulator.layer({ credentials })))

const guarded = withCloud({
  oauth: ["y0_sesame"],
  serviceAccountKeys: [{ id: "ajekey", service_account_id: "ajesa", public_key: pem }],
  workloadIdentity: [{ subject_token: "oidc.sesame", service_account_id: "ajesa" }],
  tokenLifetime: "1m"
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")

const aud = "https://iam.api.cloud.yandex.net/iam/v1/tokens"
const rightHeader = { typ: "JWT", alg: "PS256", kid: "ajekey" }
const rightClaims = { iss: "ajesa", aud, iat: 0, exp: 3600 }

const jwt = (header: object = {}, claims: object = {}, key = privateKey) => {
  const text = `${part({ ...rightHeader, ...header })}.${part({ ...rightClaims, ...claims })}`
  const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return `${text}.${sign("sha256", Buffer.from(text), options).toString("base64url")}`
}

const iamToken = (body: object) => post("/iam/v1/tokens", body)
const tokenOf = ({ json }: Reply) => (json as { readonly iamToken: string }).iamToken
const accessTokenOf = ({ json }: Reply) => (json as { readonly access_token: string }).access_token

const statusWith = (token: string) =>
  Effect.map(authorized("/operations/fhmdone0emulator0001", `Bearer ${token}`), ({ status }) => status)

const form = (fields: Readonly<Record<string, string>>) =>
  call("/oauth/token", { method: "POST", body: new URLSearchParams(fields) })

const exchange = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
  audience: "ajesa",
  subject_token: "oidc.sesame",
  subject_token_type: "urn:ietf:params:oauth:token-type:id_token"
}

const metadata = (headers: Readonly<Record<string, string>>) =>
  call("/computeMetadata/v1/instance/service-accounts/default/token", { headers })

describe("IAM tokens", () => {
  it.effect("are given for a signed JWT, and let in until they expire", () =>
    Effect.gen(function* () {
      const reply = yield* iamToken({ jwt: jwt() })
      expect(reply.json).toStrictEqual({
        iamToken: expect.stringMatching(/^t1\.[\w-]+\.[\w-]+$/),
        expiresAt: "1970-01-01T00:01:00.000417093Z"
      })
      assert.strictEqual(reply.status, 200)
      assert.strictEqual(yield* statusWith(tokenOf(reply)), 200)
      yield* TestClock.adjust(59_999)
      assert.strictEqual(yield* statusWith(tokenOf(reply)), 200)
      yield* TestClock.adjust(1)
      const late = yield* authorized("/operations/fhmdone0emulator0001", `Bearer ${tokenOf(reply)}`)
      assert.strictEqual(late.status, 401)
      expect(late.json).toMatchObject({ code: 16, message: "Token is invalid or has expired." })
    }).pipe(Effect.provide(guarded))
  )

  it.effect("are given for a JWT that names this installation or the other", () =>
    Effect.gen(function* () {
      const { url } = yield* Emulator
      for (const audience of [`${url}/iam/v1/tokens`, "https://iam.api.yandexcloud.kz/iam/v1/tokens", [aud]]) {
        assert.strictEqual((yield* iamToken({ jwt: jwt({}, { aud: audience }) })).status, 200)
      }
    }).pipe(Effect.provide(guarded))
  )

  it.effect.each([
    ["signed by another key", jwt({}, {}, other.privateKey), "signature"],
    [
      "changed after it was signed",
      jwt().replace(/\.[\w-]+\./, `.${part({ ...rightClaims, exp: 3599 })}.`),
      "signature"
    ],
    ["of a key that does not exist", jwt({ kid: "ajeother" }), "kid"],
    ["without a key id", jwt({ kid: undefined }), "kid"],
    ["signed in another way", jwt({ alg: "RS256" }), "PS256"],
    ["not signed", jwt({ alg: "none" }), "PS256"],
    ["of another service account", jwt({}, { iss: "ajeother" }), "issuer"],
    ["for another audience", jwt({}, { aud: "https://example.com" }), "audience"],
    ["without an audience", jwt({}, { aud: undefined }), "malformed"],
    ["from the future", jwt({}, { iat: 120 }), "future"],
    ["that has expired", jwt({}, { iat: -10, exp: 0 }), "expired"],
    ["that lives too long", jwt({}, { exp: 3601 }), "hour"],
    ["in two parts", jwt().split(".").slice(0, 2).join("."), "malformed"],
    ["that is none", "sesame", "malformed"]
  ] as const)("are not given for a JWT %s", ([, token, reason]) =>
    Effect.gen(function* () {
      const reply = yield* iamToken({ jwt: token })
      assert.strictEqual(reply.status, 401)
      expect(reply.json).toMatchObject({ code: 16, message: expect.stringContaining(reason) })
      assert.notInclude(reply.text, token)
    }).pipe(Effect.provide(guarded))
  )

  it.effect("are given for a known OAuth token only", () =>
    Effect.gen(function* () {
      const reply = yield* iamToken({ yandexPassportOauthToken: "y0_sesame" })
      assert.strictEqual(yield* statusWith(tokenOf(reply)), 200)
      const refused = yield* iamToken({ yandexPassportOauthToken: "y0_other" })
      assert.strictEqual(refused.status, 401)
      expect(refused.json).toMatchObject({ code: 16 })
      for (const body of [{}, { jwt: 1 }, [], "x"]) {
        const bad = yield* iamToken(body as object)
        assert.strictEqual(bad.status, 400)
        expect(bad.json).toMatchObject({ code: 3, details: [{ fieldViolations: [{ field: "identity" }] }, {}] })
      }
    }).pipe(Effect.provide(guarded))
  )

  it.effect("are given by the metadata service to who sends its header", () =>
    Effect.gen(function* () {
      const reply = yield* metadata({ "metadata-flavor": "Google" })
      expect(reply.json).toStrictEqual({ access_token: expect.any(String), expires_in: 60, token_type: "Bearer" })
      assert.strictEqual(yield* statusWith(accessTokenOf(reply)), 200)
      assert.strictEqual((yield* metadata({})).status, 403)
      assert.strictEqual((yield* metadata({ "metadata-flavor": "Yandex" })).status, 403)
    }).pipe(Effect.provide(guarded))
  )

  it.effect("are given in exchange for a trusted token of a workload", () =>
    Effect.gen(function* () {
      const reply = yield* form(exchange)
      expect(reply.json).toStrictEqual({ access_token: expect.any(String), expires_in: 60, token_type: "Bearer" })
      assert.strictEqual(yield* statusWith(accessTokenOf(reply)), 200)
    }).pipe(Effect.provide(guarded))
  )

  it.effect.each([
    [{ grant_type: "client_credentials" }, "unsupported_grant_type"],
    [{ requested_token_type: "x" }, "invalid_request"],
    [{ subject_token_type: "x" }, "invalid_request"],
    [{ audience: "" }, "invalid_request"],
    [{ subject_token: "" }, "invalid_request"],
    [{ subject_token: "oidc.other" }, "invalid_grant"],
    [{ audience: "ajeother" }, "invalid_target"]
  ] as const)("are not given in exchange with %o", ([change, error]) =>
    Effect.gen(function* () {
      const reply = yield* form({ ...exchange, ...change })
      assert.strictEqual(reply.status, 400)
      expect(reply.json).toStrictEqual({ error, error_description: expect.any(String) })
      assert.notInclude(reply.text, "oidc.")
    }).pipe(Effect.provide(guarded))
  )

  it.effect("are given to anybody without credentials, for twelve hours", () =>
    Effect.gen(function* () {
      for (const body of [{ jwt: "x" }, { yandexPassportOauthToken: "x" }]) {
        expect((yield* iamToken(body)).json).toMatchObject({ expiresAt: "1970-01-01T12:00:00.000417093Z" })
      }
      expect((yield* form({ ...exchange, subject_token: "any" })).json).toMatchObject({ expires_in: 43_200 })
      assert.strictEqual((yield* form({ subject_token: "any" })).status, 400)
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("are given to nobody where the section for the cloud names nobody", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* iamToken({ jwt: jwt() })).status, 401)
      assert.strictEqual((yield* iamToken({ yandexPassportOauthToken: "y0_sesame" })).status, 401)
      assert.strictEqual((yield* form(exchange)).status, 400)
    }).pipe(Effect.provide(withCloud({})))
  )

  it.effect("of another emulator, or made up, let nobody in", () =>
    Effect.gen(function* () {
      const foreign = yield* Effect.provide(
        Effect.map(metadata({ "metadata-flavor": "Google" }), accessTokenOf),
        Layer.fresh(Emulator.layer())
      )
      const own = accessTokenOf(yield* metadata({ "metadata-flavor": "Google" }))
      const [version, , seal] = own.split(".")
      const later = Buffer.from("9999999999999 x").toString("base64url")
      for (const token of [foreign, `${version}.${later}.${seal}`, `${own}.x`, "t1.a.b"]) {
        assert.strictEqual(yield* statusWith(token), 401)
      }
      assert.strictEqual((yield* authorized("/operations/fhmdone0emulator0001", `Api-Key ${own}`)).status, 401)
    }).pipe(Effect.provide(guarded))
  )

  it.effect("meet faults as everything else does", () =>
    Effect.gen(function* () {
      yield* put("/_emulator/faults", [{ kind: "unavailable", api: "cloud", times: 1 }])
      assert.strictEqual((yield* iamToken({ jwt: jwt() })).status, 503)
      assert.strictEqual((yield* iamToken({ jwt: jwt() })).status, 200)
    }).pipe(Effect.provide(guarded))
  )
})

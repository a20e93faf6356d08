import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { constants, generateKeyPairSync, verify } from "node:crypto"
import * as ServiceAccountKey from "../src/ServiceAccountKey.ts"

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
const warning = "PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <ajekey>\n"

/** A key file as the vendor's command line writes it. */
const keyFile = (fields: object = {}): string =>
  JSON.stringify({
    id: "ajekey",
    service_account_id: "ajesa",
    created_at: "2026-01-02T03:04:05.678901234Z",
    key_algorithm: "RSA_2048",
    public_key: "-----BEGIN PUBLIC KEY-----\n",
    private_key: warning + pem,
    ...fields
  })

const audience = "https://iam.example/iam/v1/tokens"
const now = Date.UTC(2026, 0, 2, 3, 4, 5, 999)

const assertion = (text: string) =>
  Effect.flatMap(ServiceAccountKey.parse(text), (key) => ServiceAccountKey.assertion(key, audience, now)).pipe(
    Effect.map(Redacted.value),
    Effect.provide(ServiceAccountKey.signatures)
  )

const parts = (jwt: string): ReadonlyArray<string> => {
  const split = jwt.split(".")
  assert.lengthOf(split, 3)
  return split
}
const decoded = (part = ""): unknown => JSON.parse(Buffer.from(part, "base64url").toString())

const isSigned = (jwt: string, saltLength: number) => {
  const [header = "", claims = "", signature = ""] = parts(jwt)
  const key = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  return verify("sha256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"))
}

describe("the assertion of a service account", () => {
  it.effect("names its key, its account and the one it is meant for, and lives an hour", () =>
    Effect.gen(function* () {
      const jwt = yield* assertion(keyFile())
      const [header, claims] = parts(jwt)
      assert.deepStrictEqual(decoded(header), { typ: "JWT", alg: "PS256", kid: "ajekey" })
      const iat = Math.floor(now / 1000)
      assert.deepStrictEqual(decoded(claims), { iss: "ajesa", aud: audience, iat, exp: iat + 3600 })
      assert.match(jwt, /^[\w-]+\.[\w-]+\.[\w-]+$/)
    })
  )

  it.effect("is signed by PS256: PSS with SHA-256 and a salt of 32 bytes", () =>
    Effect.gen(function* () {
      const jwt = yield* assertion(keyFile())
      assert.isTrue(isSigned(jwt, 32))
      assert.isFalse(isSigned(jwt, 0))
      assert.isFalse(isSigned(jwt.replace(".", ".e"), 32))
    })
  )

  it.effect.each([
    ["with the warning line", warning + pem],
    ["without it", pem],
    ["with line ends of Windows", (warning + pem).replaceAll("\n", "\r\n")],
    ["without the last line end", pem.trimEnd()]
  ])("is signed by a private key %s", ([, private_key]) =>
    Effect.map(assertion(keyFile({ private_key })), (jwt) => assert.isTrue(isSigned(jwt, 32)))
  )

  it.effect("is signed by a longer key as well", () =>
    Effect.gen(function* () {
      const long = generateKeyPairSync("rsa", { modulusLength: 4096 })
      const private_key = long.privateKey.export({ type: "pkcs8", format: "pem" })
      const [header, claims, signature = ""] = parts(yield* assertion(keyFile({ private_key })))
      const key = { key: long.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      const text = Buffer.from(`${header}.${claims}`)
      assert.isTrue(verify("sha256", text, key, Buffer.from(signature, "base64url")))
    })
  )
})

describe("a service account's key", () => {
  const middle = pem.split("\n")[3] ?? assert.fail("it has no lines")
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
  const whole: ReadonlyArray<readonly [string, string]> = [
    ["empty", ""],
    ["no JSON", `id: ajekey\n${pem}`],
    ["cut off", keyFile().slice(0, -100)],
    ["a list", `[${keyFile()}]`],
    ["a text", JSON.stringify(pem)],
    ["null", "null"],
    ["without an id", keyFile({ id: undefined })],
    ["with an empty id", keyFile({ id: "" })],
    ["without an account", keyFile({ service_account_id: undefined })],
    ["with an account that is no text", keyFile({ service_account_id: 5 })],
    ["without a private key", keyFile({ private_key: undefined })],
    ["with an empty private key", keyFile({ private_key: "" })],
    ["with a private key that is no text", keyFile({ private_key: [pem] })],
    ["of an API key", JSON.stringify({ id: "aje", secret: middle })]
  ]
  it.effect.each(whole)("that is %s is refused in one sentence without a part of it", ([, text]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(assertion(text))
      assert.strictEqual(
        error.message,
        "it is not an authorized key: JSON with id, service_account_id and private_key is expected"
      )
      assert.notInclude(`${JSON.stringify(error)} ${error.stack}`, middle)
    })
  )

  const keys: ReadonlyArray<readonly [string, string]> = [
    ["the warning line alone", warning],
    ["a public key", publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["a key that is not RSA", ec.export({ type: "pkcs8", format: "pem" }).toString()],
    [
      "a key under a password",
      privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }).toString()
    ],
    ["a key with a line missing", pem.replace(`${middle}\n`, "")],
    ["a key cut off", pem.slice(0, 400)],
    ["a certificate's frame around nothing", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"]
  ]
  it.effect.each(keys)("whose private key is %s is refused without a part of it", ([, private_key]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(assertion(keyFile({ private_key })))
      assert.strictEqual(error.message, "its private_key is not an RSA key in PEM form")
      assert.notInclude(`${JSON.stringify(error)} ${error.stack}`, private_key.split("\n")[1] || pem)
    })
  )

  it.effect("keeps its private key to itself", () =>
    Effect.gen(function* () {
      const key = yield* ServiceAccountKey.parse(keyFile())
      expect(key).toMatchObject({ id: "ajekey", service_account_id: "ajesa" })
      assert.notInclude(`${JSON.stringify(key)} ${String(key.private_key)}`, middle)
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { placeholder, redact, scrub } from "../src/Redaction.ts"

const names = [
  "secret",
  "secretKey",
  "secret_key",
  "password",
  "passwd",
  "clientSecret",
  "yandexPassportOauthToken",
  "Authorization",
  "token",
  "privateKey",
  "private_key",
  "iamToken",
  "iam_token",
  "access_token",
  "refreshToken",
  "apiKey",
  "api_key",
  "JWT",
  "PASSWORD"
]

describe("redact", () => {
  it.each(names)("takes out the text under %s", (name) => {
    assert.deepStrictEqual(redact({ [name]: "s3cr3t", id: "kept" }), { [name]: placeholder, id: "kept" })
  })

  it.each(["secretId", "tokens", "maxTokens", "poolName", "id", "password_policy", "key", "nextPageToken"])(
    "keeps the text under %s",
    (name) => {
      assert.deepStrictEqual(redact({ [name]: "plain" }), { [name]: "plain" })
    }
  )

  it("looks into objects and lists, however deep", () => {
    assert.deepStrictEqual(redact([{ a: { secret: "x", b: [{ token: "y", c: 1 }] } }]), [
      { a: { secret: placeholder, b: [{ token: placeholder, c: 1 }] } }
    ])
    const nested = Array.from({ length: 1_000 }).reduce<Schema.Json>((inner) => ({ inner }), { secret: "x" })
    assert.notInclude(JSON.stringify(redact(nested)), `"x"`)
  })

  it("takes out the texts of a list under a secret's name", () => {
    assert.deepStrictEqual(redact({ password: ["a", ["b"], 1, { id: "kept" }] }), {
      password: [placeholder, [placeholder], 1, { id: "kept" }]
    })
  })

  it("looks into an object under a secret's name instead, as into an API key with its id", () => {
    assert.deepStrictEqual(redact({ apiKey: { id: "kept" }, secret: "x", token: null, jwt: 1 }), {
      apiKey: { id: "kept" },
      secret: placeholder,
      token: null,
      jwt: 1
    })
  })

  const Name = Schema.Union([Schema.Literals(["secret", "api_key", "id", "__proto__"]), Schema.String])
  const json = Arbitrary.schema(Schema.Record(Name, Schema.Union([Schema.Json, Schema.Record(Name, Schema.String)])))

  it.prop("changes nothing the second time", [json], ([value]) => {
    assert.deepStrictEqual(redact(redact(value)), redact(value))
  })

  it.prop("changes nothing but texts under secrets' names", [json], ([value]) => {
    const hidden = (child: unknown): unknown =>
      typeof child === "string" ? placeholder : Array.isArray(child) ? child.map(hidden) : child
    const expected: unknown = JSON.parse(JSON.stringify(value), (name, child: unknown) =>
      names.includes(name) ? hidden(child) : child
    )
    assert.deepStrictEqual(JSON.parse(JSON.stringify(redact(value))), expected)
  })
})

describe("scrub", () => {
  it("takes a known secret out of text wherever it stands", () => {
    const secret = Redacted.make("t1.abc$&def")
    assert.strictEqual(scrub("a t1.abc$&def b t1.abc$&def", secret), `a ${placeholder} b ${placeholder}`)
    assert.strictEqual(scrub("nothing here", secret), "nothing here")
  })

  it("leaves text alone for a secret so short that words hold it", () => {
    assert.strictEqual(scrub("operation", Redacted.make("opera")), "operation")
    assert.strictEqual(scrub("operation", Redacted.make("")), "operation")
  })
})

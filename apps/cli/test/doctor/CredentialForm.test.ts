import { assert, describe, it } from "@effect/vitest"
import type { ProviderName } from "@opwatch/core/Operation"
import type { Auth } from "@opwatch/sources/Configuration"
import * as Redacted from "effect/Redacted"
import * as CredentialForm from "../../src/doctor/CredentialForm.ts"

const tokens = {
  oauth: "y0_AgAAAAexample",
  iam: "t1.example.example",
  cloudKey: "AQVNexample",
  tolokaKey: `${"a".repeat(23)}.b.c`,
  jwt: "eyJhbGciOiJub25lIn0.e30.sig",
  keyFile: '{"id":"x"}',
  plain: "anything"
}

const detailOf = (provider: ProviderName, kind: Auth["kind"], token: keyof typeof tokens) =>
  CredentialForm.mismatchOf({ source: "mine", provider, kind }, Redacted.make(tokens[token]))

describe("a token of the right form", () => {
  it.each<[ProviderName, Auth["kind"], keyof typeof tokens]>([
    ["toloka", "auto", "oauth"],
    ["toloka", "auto", "tolokaKey"],
    ["toloka", "auto", "plain"],
    ["toloka", "oauth", "oauth"],
    ["toloka", "oauth", "plain"],
    ["toloka", "apiKey", "tolokaKey"],
    ["toloka", "apiKey", "plain"],
    ["cloud", "auto", "iam"],
    ["cloud", "auto", "oauth"],
    ["cloud", "iamToken", "iam"],
    ["cloud", "oauth", "oauth"],
    ["cloud", "apiKey", "cloudKey"],
    ["cloud", "apiKey", "plain"],
    ["cloud", "workloadIdentity", "jwt"]
  ])("for %s as %s: %s", (provider, kind, token) => assert.isUndefined(detailOf(provider, kind, token)))
})

describe("a token of another form", () => {
  it.each<[ProviderName, Auth["kind"], keyof typeof tokens, string, string]>([
    ["cloud", "iamToken", "oauth", "an IAM token is wanted, and it looks like an OAuth token", "kind oauth"],
    ["cloud", "iamToken", "plain", "an IAM token is wanted, and it does not look like one", "put an IAM token there"],
    ["cloud", "oauth", "iam", "an OAuth token is wanted, and it looks like an IAM token", "kind iamToken"],
    [
      "cloud",
      "auto",
      "cloudKey",
      "an IAM token or an OAuth token is wanted, and it looks like an API key",
      "kind apiKey"
    ],
    [
      "cloud",
      "apiKey",
      "keyFile",
      "an API key is wanted, and it looks like a service account key",
      "put an API key there"
    ],
    [
      "cloud",
      "workloadIdentity",
      "iam",
      "a token of an identity provider (a JWT) is wanted, and it looks like an IAM token",
      ""
    ],
    ["toloka", "oauth", "tolokaKey", "an OAuth token is wanted, and it looks like an API key", "kind apiKey"],
    ["toloka", "auto", "iam", "an OAuth token or an API key is wanted, and it looks like an IAM token", "put an OAuth"]
  ])("for %s as %s: %s", (provider, kind, token, detail, remedy) => {
    const mismatch = detailOf(provider, kind, token)
    assert.strictEqual(mismatch?.detail, detail)
    assert.include(mismatch?.remedy, remedy)
    assert.notInclude(JSON.stringify(mismatch), tokens[token])
  })
})

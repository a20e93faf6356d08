import { assert, describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Configuration from "../src/Configuration.ts"

const path = "/etc/opwatch.yaml"
const parsed = (text: string) => {
  const configuration = Configuration.parse(text, path)
  return Result.isSuccess(configuration) ? configuration.success : assert.fail(configuration.failure.message)
}
const problem = (text: string): string => {
  const configuration = Configuration.parse(text, path)
  return Result.isFailure(configuration) ? configuration.failure.message : assert.fail("it was read")
}
const toloka = (fields: object) => problem(JSON.stringify({ sources: { toloka: fields } }))

describe("a configuration", () => {
  const full = {
    sources: {
      toloka: {
        provider: "toloka",
        url: "http://127.0.0.1:4010/api/v1",
        auth: { kind: "oauth", tokenEnv: "TOLOKA_TOKEN" },
        rateLimit: { requests: 50, per: "1s" }
      },
      "my-cloud-2": { provider: "cloud", url: "https://example.com", auth: { kind: "none" }, insecure: true }
    }
  }

  it("is written in YAML", () => {
    const text = `
# where to ask
sources:
  toloka:
    provider: toloka            # toloka | cloud
    url: http://127.0.0.1:4010/api/v1
    auth: { kind: oauth, tokenEnv: TOLOKA_TOKEN }
    rateLimit: { requests: 50, per: 1s }
  my-cloud-2:
    provider: cloud
    url: https://example.com
    auth: { kind: none }
    insecure: true
`
    assert.deepStrictEqual<unknown>(parsed(text), full)
  })

  it("is written in JSON", () => {
    assert.deepStrictEqual<unknown>(parsed(JSON.stringify(full)), full)
    assert.deepStrictEqual<unknown>(parsed(JSON.stringify(full, null, "\t")), full)
  })

  it("may say nothing", () => {
    for (const text of ["", "\n", "# nothing yet\n", "{}", "null", "---\n"]) assert.deepStrictEqual(parsed(text), {})
    assert.deepStrictEqual(parsed("sources: {}"), { sources: {} })
    assert.deepStrictEqual<unknown>(parsed("sources: { tasks: {} }"), { sources: { tasks: {} } })
  })

  it("may use anchors", () => {
    const text = "sources:\n  a: &a { provider: cloud, url: 'https://a.example.com' }\n  b: *a\n"
    const same = { provider: "cloud", url: "https://a.example.com" }
    assert.deepStrictEqual<unknown>(parsed(text), { sources: { a: same, b: same } })
  })
})

describe("what is wrong", () => {
  it("with the text is told with its place", () => {
    expect(problem("sources:\n  toloka: {")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Flow map in block collection must be sufficiently indented and end with a } at line 2, column 12"`
    )
    expect(problem("sources:\n\ttoloka: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Tabs are not allowed as indentation at line 2, column 1"`
    )
    expect(problem("sources: {}\nsources: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Map keys must be unique at line 2, column 1"`
    )
    expect(problem('{"sources": fase')).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Flow map must end with a } at line 1, column 17"`
    )
    expect(problem("sources: {}\n---\nsources: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: it holds more than one document"`
    )
    expect(problem("sources: *nowhere")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Unresolved alias (the anchor must be set before the alias): nowhere"`
    )
    const bomb = ["a0: &a0 [x, x]", ...Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)]
    expect(problem(bomb.join("\n"))).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Excessive alias count indicates a resource exhaustion attack"`
    )
  })

  it("with the whole of it is told", () => {
    expect(problem("just text")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: the configuration: Expected object, got text"`
    )
    expect(problem("[1, 2]")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: the configuration: Expected object, got a list"`
    )
    expect(problem("sources: 5")).toMatchInlineSnapshot(`"/etc/opwatch.yaml: sources: Expected object, got 5"`)
    expect(problem("sources: [toloka]")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources: Expected object, got a list"`
    )
    expect(problem("source: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: source: no such field; the known ones are sources"`
    )
  })

  it("with the name of a source is told", () => {
    expect(problem("sources: { My_Cloud: {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.My_Cloud: is no name for a source; one has lower-case letters, digits and dashes"`
    )
    expect(problem("sources: { 1: {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.1: is no name for a source; one has lower-case letters, digits and dashes"`
    )
    expect(problem("sources: { 'a/b': {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.a/b: is no name for a source; one has lower-case letters, digits and dashes"`
    )
    expect(problem("sources: { my.cloud: {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.my.cloud: is no name for a source; one has lower-case letters, digits and dashes"`
    )
  })

  it("with a source is told", () => {
    expect(problem("sources: { toloka: https://example.com }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka: Expected object, got text"`
    )
    expect(problem("sources: { toloka: }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka: Expected object, got null"`
    )
    expect(toloka({ provider: "azure" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.provider: Expected "toloka" | "cloud", got "azure""`
    )
    expect(toloka({ provider: null })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.provider: Expected "toloka" | "cloud", got null"`
    )
    expect(toloka({ provider: "toloka", uri: "https://example.com" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.uri: no such field; the known ones are provider, url, iamUrl, endpointsUrl, metadataUrl, authUrl, auth, rateLimit, insecure"`
    )
    expect(toloka({ insecure: "yes" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.insecure: Expected boolean, got "yes""`
    )
  })

  it.each([
    5,
    "",
    "example.com",
    "ftp://example.com",
    "https://",
    "https://me@example.com",
    "https://me:hush@example.com",
    "https://example.com/?a=b",
    "https://example.com/#a",
    "file:///etc/passwd"
  ])("with the url %j is told", (url) => {
    const message = toloka({ url })
    assert.include(message, `${path}: sources.toloka.url: `)
    assert.match(message, /Expected (string|an http or https URL without user, query or fragment)/)
  })

  it("with a url is told in words", () => {
    expect(toloka({ url: 5 })).toMatchInlineSnapshot(`"/etc/opwatch.yaml: sources.toloka.url: Expected string, got 5"`)
    expect(toloka({ url: "example.com" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.url: Expected an http or https URL without user, query or fragment, such as https://toloka.dev/api/v1, got "example.com""`
    )
  })

  it("with the auth is told", () => {
    expect(toloka({ auth: "oauth" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth: Expected object, got text"`
    )
    expect(toloka({ auth: {} })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.kind: is missing; it is one of none, auto, oauth, apiKey, iamToken, serviceAccountKey, metadata, workloadIdentity"`
    )
    expect(toloka({ auth: { kind: "basic" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.kind: Expected "none" | "auto" | "oauth" | "apiKey" | "iamToken" | "serviceAccountKey" | "metadata" | "workloadIdentity", got "basic""`
    )
    expect(toloka({ auth: { kind: "oauth", tokenEnv: "" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.tokenEnv: Expected the name of an environment variable, such as TOLOKA_TOKEN, never the token itself, got """`
    )
    expect(toloka({ auth: { kind: "oauth", tokenFile: 5 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.tokenFile: Expected string, got 5"`
    )
  })

  it("with the rate limit is told", () => {
    expect(toloka({ rateLimit: 5 })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit: Expected object, got 5"`
    )
    expect(toloka({ rateLimit: { requests: 5 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.per: is missing; it is a duration such as 500ms, 90s, 10m or 1h30m"`
    )
    expect(toloka({ rateLimit: { requests: 0, per: "1s" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.requests: Expected a value greater than or equal to 1, got 0"`
    )
    expect(toloka({ rateLimit: { requests: 1.5, per: "1s" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.requests: Expected an integer, got 1.5"`
    )
    expect(toloka({ rateLimit: { requests: 5, per: "second" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.per: Expected a duration such as 500ms, 90s, 10m or 1h30m, got "second""`
    )
    expect(toloka({ rateLimit: { requests: 5, per: 1 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.per: Expected string, got 1"`
    )
    expect(toloka({ rateLimit: { requests: 5, per: "1s", burst: 9 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.burst: no such field; the known ones are requests, per"`
    )
  })

  it("with a secret in the wrong place is told, the secret is not", () => {
    const misplaced = [
      toloka({ token: "hush" }),
      toloka({ auth: { kind: "oauth", token: "hush" } }),
      toloka({ auth: { kind: "oauth", tokenEnv: "A", password: "hush" } }),
      problem("token: hush"),
      problem("sources: { toloka: { token: { value: hush } } }"),
      problem("sources: { toloka: { auth: { kind: oauth, apiKey: hush } } }"),
      problem("sources: { toloka: { auth: { kind: oauth, oauth: hush } } }"),
      problem("sources: { toloka: { auth: { oauth: hush } } }"),
      problem("sources: { toloka: { auth: { kind: { token: hush } } } }"),
      problem("sources: { toloka: { auth: { kind: oauth, tokenEnv: { token: hush } } } }"),
      problem("sources: { toloka: { auth: { kind: oauth, tokenFile: [hush] } } }"),
      problem("sources: { toloka: { auth: [hush] } }"),
      problem("sources: { toloka: { url: 'https://me:hush@example.com' } }"),
      problem("sources: { toloka: { url: 'https://example.com?token=hush' } }"),
      problem("sources: { toloka: { token: hush, token: hush } }"),
      problem("sources:\n  toloka:\n    auth: { kind: oauth\n    token: hush"),
      problem("hush")
    ]
    for (const message of misplaced) assert.notInclude(message, "hush")
    expect(misplaced.slice(0, 3)).toMatchInlineSnapshot(`
      [
        "/etc/opwatch.yaml: sources.toloka.token: no such field; the known ones are provider, url, iamUrl, endpointsUrl, metadataUrl, authUrl, auth, rateLimit, insecure (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)",
        "/etc/opwatch.yaml: sources.toloka.auth.token: no such field; the known ones are kind, tokenEnv, tokenFile, tokenCommand, keyFile, keyEnv, serviceAccountId (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)",
        "/etc/opwatch.yaml: sources.toloka.auth.password: no such field; the known ones are kind, tokenEnv, tokenFile, tokenCommand, keyFile, keyEnv, serviceAccountId (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)",
      ]
    `)
  })
})

import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ConfigurationFile from "../src/ConfigurationFile.ts"

const path = "/etc/opwatch.yaml"
const parsed = (text: string) => Effect.runPromise(ConfigurationFile.read(text, path))
const problem = async (text: string): Promise<string> => {
  const error = await Effect.runPromise(Effect.flip(ConfigurationFile.read(text, path)))
  return error.message
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

  it("is written in YAML", async () => {
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
    assert.deepStrictEqual<unknown>(await parsed(text), full)
  })

  it("leaves what is said of the server to whoever serves", async () => {
    const server = { limits: { any: ["thing"] } }
    assert.deepStrictEqual<unknown>(await parsed(JSON.stringify({ server })), { server })
  })

  it("is written in JSON", async () => {
    assert.deepStrictEqual<unknown>(await parsed(JSON.stringify(full)), full)
    assert.deepStrictEqual<unknown>(await parsed(JSON.stringify(full, null, "\t")), full)
  })

  it("may say nothing", async () => {
    for (const text of ["", "\n", "# nothing yet\n", "{}", "null", "---\n"])
      assert.deepStrictEqual(await parsed(text), {})
    assert.deepStrictEqual(await parsed("sources: {}"), { sources: {} })
    assert.deepStrictEqual<unknown>(await parsed("sources: { tasks: {} }"), { sources: { tasks: {} } })
  })

  it("may use anchors", async () => {
    const text = "sources:\n  a: &a { provider: cloud, url: 'https://a.example.com' }\n  b: *a\n"
    const same = { provider: "cloud", url: "https://a.example.com" }
    assert.deepStrictEqual<unknown>(await parsed(text), { sources: { a: same, b: same } })
  })
})

describe("what is wrong", () => {
  it("with the text is told with its place", async () => {
    expect(await problem("sources:\n  toloka: {")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Flow map in block collection must be sufficiently indented and end with a } at line 2, column 12"`
    )
    expect(await problem("sources:\n\ttoloka: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Tabs are not allowed as indentation at line 2, column 1"`
    )
    expect(await problem("sources: {}\nsources: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Map keys must be unique at line 2, column 1"`
    )
    expect(await problem('{"sources": fase')).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Flow map must end with a } at line 1, column 17"`
    )
    expect(await problem("sources: {}\n---\nsources: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: it holds more than one document"`
    )
    expect(await problem("sources: *nowhere")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Unresolved alias (the anchor must be set before the alias): nowhere"`
    )
    const bomb = ["a0: &a0 [x, x]", ...Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)]
    expect(await problem(bomb.join("\n"))).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: Excessive alias count indicates a resource exhaustion attack"`
    )
  })

  it("with the whole of it is told", async () => {
    expect(await problem("just text")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: the configuration: Expected object, got text"`
    )
    expect(await problem("[1, 2]")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: the configuration: Expected object, got a list"`
    )
    expect(await problem("sources: 5")).toMatchInlineSnapshot(`"/etc/opwatch.yaml: sources: Expected object, got 5"`)
    expect(await problem("sources: [toloka]")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources: Expected object, got a list"`
    )
    expect(await problem("source: {}")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: source: no such field; the known ones are sources, server"`
    )
  })

  it("with the name of a source is told", async () => {
    expect(await problem("sources: { My_Cloud: {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.My_Cloud: is no name for a source; one has lower-case letters, digits and dashes"`
    )
    expect(await problem("sources: { 1: {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.1: is no name for a source; one has lower-case letters, digits and dashes"`
    )
    expect(await problem("sources: { 'a/b': {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.a/b: is no name for a source; one has lower-case letters, digits and dashes"`
    )
    expect(await problem("sources: { my.cloud: {} }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.my.cloud: is no name for a source; one has lower-case letters, digits and dashes"`
    )
  })

  it("with a source is told", async () => {
    expect(await problem("sources: { toloka: https://example.com }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka: Expected object, got text"`
    )
    expect(await problem("sources: { toloka: }")).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka: Expected object, got null"`
    )
    expect(await toloka({ provider: "azure" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.provider: Expected "toloka" | "cloud", got "azure""`
    )
    expect(await toloka({ provider: null })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.provider: Expected "toloka" | "cloud", got null"`
    )
    expect(await toloka({ provider: "toloka", uri: "https://example.com" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.uri: no such field; the known ones are provider, url, iamUrl, endpointsUrl, metadataUrl, authUrl, auth, rateLimit, pollBudget, mirror, insecure"`
    )
    expect(await toloka({ insecure: "yes" })).toMatchInlineSnapshot(
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
  ])("with the url %j is told", async (url) => {
    const message = await toloka({ url })
    assert.include(message, `${path}: sources.toloka.url: `)
    assert.match(message, /Expected (string|an http or https URL without user, query or fragment)/)
  })

  it("with a url is told in words", async () => {
    expect(await toloka({ url: 5 })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.url: Expected string, got 5"`
    )
    expect(await toloka({ url: "example.com" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.url: Expected an http or https URL without user, query or fragment, such as https://toloka.dev/api/v1, got "example.com""`
    )
  })

  it("with the auth is told", async () => {
    expect(await toloka({ auth: "oauth" })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth: Expected object, got text"`
    )
    expect(await toloka({ auth: {} })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.kind: is missing; it is one of none, auto, oauth, apiKey, iamToken, serviceAccountKey, metadata, workloadIdentity"`
    )
    expect(await toloka({ auth: { kind: "basic" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.kind: Expected "none" | "auto" | "oauth" | "apiKey" | "iamToken" | "serviceAccountKey" | "metadata" | "workloadIdentity", got "basic""`
    )
    expect(await toloka({ auth: { kind: "oauth", tokenEnv: "" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.tokenEnv: Expected the name of an environment variable, such as TOLOKA_TOKEN, never the token itself, got """`
    )
    expect(await toloka({ auth: { kind: "oauth", tokenFile: 5 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.auth.tokenFile: Expected string, got 5"`
    )
  })

  it("with the rate limit is told", async () => {
    expect(await toloka({ rateLimit: 5 })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit: Expected object, got 5"`
    )
    expect(await toloka({ rateLimit: { requests: 5 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.per: is missing; it is a duration such as 500ms, 90s, 10m or 1h30m"`
    )
    expect(await toloka({ rateLimit: { requests: 0, per: "1s" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.requests: Expected a value greater than or equal to 1, got 0"`
    )
    expect(await toloka({ rateLimit: { requests: 1.5, per: "1s" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.requests: Expected an integer, got 1.5"`
    )
    expect(await toloka({ rateLimit: { requests: 5, per: "second" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.per: Expected a duration such as 500ms, 90s, 10m or 1h30m, got "second""`
    )
    expect(await toloka({ rateLimit: { requests: 5, per: 1 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.per: Expected string, got 1"`
    )
    expect(await toloka({ rateLimit: { requests: 5, per: "1s", burst: 9 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.rateLimit.burst: no such field; the known ones are requests, per"`
    )
  })

  it("with the budget of polls is told", async () => {
    expect(await toloka({ pollBudget: { requests: "5", per: "1s" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.pollBudget.requests: Expected number, got "5""`
    )
    expect(await toloka({ pollBudget: { requests: 5 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.pollBudget.per: is missing; it is a duration such as 500ms, 90s, 10m or 1h30m"`
    )
    expect(await toloka({ pollBudget: { requests: 5, per: "1s", price: 9 } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.pollBudget.price: no such field; the known ones are requests, per"`
    )
  })

  it("with the mirror is told", async () => {
    expect(await toloka({ mirror: true })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.mirror: Expected object, got true"`
    )
    expect(await toloka({ mirror: { maxAge: "soon" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.mirror.maxAge: Expected a duration such as 500ms, 90s, 10m or 1h30m, got "soon""`
    )
    expect(await toloka({ mirror: { passThrough: "yes" } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.mirror.passThrough: Expected boolean, got "yes""`
    )
    expect(await toloka({ mirror: { passthrough: true } })).toMatchInlineSnapshot(
      `"/etc/opwatch.yaml: sources.toloka.mirror.passthrough: no such field; the known ones are maxAge, passThrough"`
    )
  })

  it("with a secret in the wrong place is told, the secret is not", async () => {
    const misplaced = await Promise.all([
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
    ])
    for (const message of misplaced) assert.notInclude(message, "hush")
    expect(misplaced.slice(0, 3)).toMatchInlineSnapshot(`
      [
        "/etc/opwatch.yaml: sources.toloka.token: no such field; the known ones are provider, url, iamUrl, endpointsUrl, metadataUrl, authUrl, auth, rateLimit, pollBudget, mirror, insecure (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)",
        "/etc/opwatch.yaml: sources.toloka.auth.token: no such field; the known ones are kind, tokenEnv, tokenFile, tokenCommand, keyFile, keyEnv, serviceAccountId (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)",
        "/etc/opwatch.yaml: sources.toloka.auth.password: no such field; the known ones are kind, tokenEnv, tokenFile, tokenCommand, keyFile, keyEnv, serviceAccountId (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)",
      ]
    `)
  })
})

import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Environment } from "../src/EnvironmentCredential.ts"
import * as SourceDescription from "../src/SourceDescription.ts"
import { folder, services } from "./Workspace.ts"

const secret = "t1.MARKED.secret"
const url = "https://mine.example.com"

/** What is said of all sources, by their names, with the folder of the configuration as `<folder>`. */
const describeAll = Effect.fnUntraced(function* (sources: object | undefined, environment: Environment = {}) {
  const { path, write } = yield* folder
  yield* write("token", `${secret}\n`)
  yield* write("empty", " ")
  yield* write("key.json", JSON.stringify({ private_key: secret }))
  const config = sources && (yield* write("config.json", JSON.stringify({ sources })))
  const { descriptions } = yield* SourceDescription.load({ config, environment: { FOLDER: path, ...environment } })
  const text = JSON.stringify(descriptions)
  assert.notInclude(text, "MARKED")
  const said: ReadonlyArray<SourceDescription.SourceDescription> = JSON.parse(text.replaceAll(path, "<folder>"))
  return new Map(said.map((description) => [String(description.source), description]))
})

const credentialOf = (auth: object, environment: Environment = {}, provider = "cloud") =>
  Effect.map(
    describeAll({ mine: { provider, url, iamUrl: url, authUrl: url, auth } }, environment),
    (all) => all.get("mine")?.credential
  )

const remedy = "put the credential there, or configure sources.mine.auth"

layer(services)("a description", (it) => {
  describe("of the credential", () => {
    it.effect.each([
      [{ kind: "none" }, { kind: "none" }],
      [{ kind: "metadata" }, { kind: "metadata", place: "the metadata service" }],
      [
        { kind: "iamToken", tokenEnv: "IAM" },
        { kind: "iamToken", place: "the variable IAM", found: true }
      ],
      [
        { kind: "apiKey", tokenEnv: "IAM" },
        { kind: "apiKey", place: "the variable IAM", found: true }
      ],
      [
        { kind: "oauth", tokenFile: "token" },
        { kind: "oauth", place: "tokenFile <folder>/token", found: true }
      ],
      [
        { kind: "auto", tokenFile: "token" },
        { kind: "iamToken", place: "tokenFile <folder>/token", found: true }
      ],
      [
        { kind: "auto", tokenEnv: "OAUTH" },
        { kind: "oauth", place: "the variable OAUTH", found: true }
      ],
      [
        { kind: "auto", tokenCommand: ["yc", "--token", secret] },
        { kind: "auto", place: "the command yc …" }
      ],
      [
        { kind: "workloadIdentity", serviceAccountId: "aje", tokenCommand: ["token"] },
        { kind: "workloadIdentity", place: "the command token" }
      ],
      [
        { kind: "serviceAccountKey", keyFile: "key.json" },
        { kind: "serviceAccountKey", place: "keyFile <folder>/key.json", found: true }
      ],
      [
        { kind: "serviceAccountKey", keyEnv: "KEY" },
        { kind: "serviceAccountKey", place: "the variable KEY", found: true }
      ]
    ] as const)("%j is %j", ([auth, expected]) =>
      Effect.gen(function* () {
        const environment = { IAM: secret, OAUTH: "y0_MARKED", KEY: `{"private_key":"${secret}"}` }
        assert.deepStrictEqual<unknown>(yield* credentialOf(auth, environment), expected)
      })
    )

    it.effect.each([
      [{ kind: "iamToken", tokenEnv: "IAM" }, "the variable IAM, which tokenEnv names, is not set"],
      [
        { kind: "auto", tokenEnv: "ODD" },
        "the variable ODD does not hold a token: it has characters that no token has"
      ],
      [{ kind: "auto", tokenFile: "absent" }, "tokenFile <folder>/absent: there is no such file"],
      [{ kind: "oauth", tokenFile: "empty" }, "tokenFile <folder>/empty is empty; it must hold a secret"],
      [{ kind: "serviceAccountKey", keyFile: "." }, "keyFile <folder>: it is no file"],
      [{ kind: "serviceAccountKey", keyEnv: "KEY" }, "the file that the variable KEY names: there is no such file"]
    ] as const)("%j that cannot be used says why", ([auth, problem]) =>
      Effect.gen(function* () {
        const credential = yield* credentialOf(auth, { ODD: `${secret} ${secret}`, KEY: `/nowhere/${secret}` })
        assert.deepInclude(credential, { kind: auth.kind, found: false, problem, remedy })
      })
    )

    it.effect("is the kind that Toloka's token looks like", () =>
      Effect.gen(function* () {
        const auth = { kind: "auto", tokenEnv: "TOKEN" }
        const kindOf = (TOKEN: string) =>
          Effect.map(credentialOf(auth, { TOKEN }, "toloka"), (credential) => credential?.kind)
        assert.strictEqual(yield* kindOf("y0_MARKED"), "oauth")
        assert.strictEqual(yield* kindOf(`${"a".repeat(23)}.b.c`), "apiKey")
      })
    )

    it.effect("of the environment names the variable, or those that would serve", () =>
      Effect.gen(function* () {
        const all = yield* describeAll(undefined, {
          TOLOKA_TOKEN: "y0_MARKED",
          YC_SERVICE_ACCOUNT_KEY_FILE: "/nowhere"
        })
        assert.deepStrictEqual(all.get("toloka")?.credential, {
          kind: "oauth",
          place: "the variable TOLOKA_TOKEN",
          found: true
        })
        assert.deepStrictEqual(all.get("cloud-ai")?.credential, {
          kind: "serviceAccountKey",
          place: "the variable YC_SERVICE_ACCOUNT_KEY_FILE",
          found: false,
          problem: "the file that the variable YC_SERVICE_ACCOUNT_KEY_FILE names: there is no such file",
          remedy: "put the credential there, or configure sources.cloud-ai.auth"
        })
        assert.deepStrictEqual(all.get("tasks")?.credential, {
          kind: "none",
          problem: "there is no credential",
          remedy: "set OPWATCH_TASKS_TOKEN, or configure sources.tasks.auth"
        })
      })
    )

    it.effect("of a host that is configured says of a variable that it is not used", () =>
      Effect.gen(function* () {
        const environment = { TOLOKA_TOKEN: "y0_MARKED" }
        const problems = Effect.fnUntraced(function* (toloka: object) {
          return (yield* describeAll({ toloka }, environment)).get("toloka")?.credential.problem
        })
        assert.match(String(yield* problems({ url })), /^the variable TOLOKA_TOKEN is set and not used/)
        assert.isUndefined(yield* problems({ url, auth: { kind: "none" } }))
        assert.isUndefined(yield* problems({ rateLimit: { requests: 1, per: "1s" } }))
      })
    )
  })

  it.effect("says where a source comes from, its limits, and what it can do", () =>
    Effect.gen(function* () {
      const all = yield* describeAll({
        toloka: { rateLimit: { requests: 7, per: "90s" } },
        mine: { provider: "cloud", url: `${url}/`, pollBudget: { requests: 90, per: "1m" } }
      })
      const essentials = ["toloka", "cloud-ai", "mine"].map((name) => {
        const { credential: _, ...rest } = all.get(name) ?? assert.fail(`there is no source ${name}`)
        return rest
      })
      assert.deepStrictEqual<unknown>(essentials, [
        {
          source: "toloka",
          provider: "toloka",
          url: "https://toloka.dev/api/v1",
          from: "built in, changed by <folder>/config.json",
          rateLimit: { requests: 7, per: "1m30s" },
          pollBudget: { requests: 5.6, per: "1m30s" },
          capabilities: { cancel: false, list: true, log: true }
        },
        {
          source: "cloud-ai",
          provider: "cloud",
          url: "https://llm.api.cloud.yandex.net",
          from: "built in",
          rateLimit: { requests: 5, per: "1s" },
          pollBudget: { requests: 4, per: "1s" },
          capabilities: { cancel: true, list: true, log: false }
        },
        {
          source: "mine",
          provider: "cloud",
          url,
          from: "<folder>/config.json",
          rateLimit: { requests: 20, per: "1s" },
          pollBudget: { requests: 90, per: "1m" },
          capabilities: { cancel: true, list: true, log: false }
        }
      ])
    })
  )
})

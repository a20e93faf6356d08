import { assert, describe, it } from "@effect/vitest"
import { builtinSources } from "../src/BuiltinSources.ts"
import * as EnvironmentCredential from "../src/EnvironmentCredential.ts"

/** Which sources the environment authenticates, and by which variable. */
const authenticated = (environment: EnvironmentCredential.Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(builtinSources).flatMap(([name, { provider }]) => {
      const auth = EnvironmentCredential.find(name, provider, environment)
      return auth === undefined ? [] : [[name, `${auth.tokenEnv ?? auth.keyEnv} as ${auth.kind}`]]
    })
  )

const russian = "api.cloud.yandex.net:443"
const kazakh = "api.yandexcloud.kz:443"

describe("a variable authenticates its source and no other", () => {
  it.each<readonly [EnvironmentCredential.Environment, Record<string, string>]>([
    [{}, {}],
    [{ TOKEN: "x", YC_FOLDER_ID: "x", TOLOKA: "x", OPWATCH_TOKEN: "x" }, {}],
    [{ OPWATCH_TOLOKA_TOKEN: "x" }, { toloka: "OPWATCH_TOLOKA_TOKEN as auto" }],
    [{ OPWATCH_TOLOKA_SANDBOX_TOKEN: "x" }, { "toloka-sandbox": "OPWATCH_TOLOKA_SANDBOX_TOKEN as auto" }],
    [{ OPWATCH_TASKS_TOKEN: "x" }, { tasks: "OPWATCH_TASKS_TOKEN as auto" }],
    [{ OPWATCH_CLOUD_TOKEN: "x" }, { cloud: "OPWATCH_CLOUD_TOKEN as auto" }],
    [{ OPWATCH_CLOUD_KZ_TOKEN: "x" }, { "cloud-kz": "OPWATCH_CLOUD_KZ_TOKEN as auto" }],
    [{ OPWATCH_CLOUD_AI_TOKEN: "x" }, { "cloud-ai": "OPWATCH_CLOUD_AI_TOKEN as auto" }],
    [{ "OPWATCH_CLOUD-KZ_TOKEN": "x", opwatch_cloud_token: "x" }, {}],
    [{ TOLOKA_TOKEN: "x" }, { toloka: "TOLOKA_TOKEN as auto" }],
    [{ YC_IAM_TOKEN: "x" }, { cloud: "YC_IAM_TOKEN as iamToken", "cloud-ai": "YC_IAM_TOKEN as iamToken" }],
    [{ YC_TOKEN: "x" }, { cloud: "YC_TOKEN as auto", "cloud-ai": "YC_TOKEN as auto" }],
    [{ OPWATCH_CLOUD_AI_KEY_FILE: "k" }, { "cloud-ai": "OPWATCH_CLOUD_AI_KEY_FILE as serviceAccountKey" }],
    [{ OPWATCH_TOLOKA_KEY_FILE: "k" }, {}],
    [
      { YC_SERVICE_ACCOUNT_KEY_FILE: "k", YC_API_KEY: "z" },
      {
        cloud: "YC_SERVICE_ACCOUNT_KEY_FILE as serviceAccountKey",
        "cloud-ai": "YC_SERVICE_ACCOUNT_KEY_FILE as serviceAccountKey"
      }
    ],
    [{ YC_API_KEY: "x" }, { cloud: "YC_API_KEY as apiKey", "cloud-ai": "YC_API_KEY as apiKey" }],
    [
      { YC_IAM_TOKEN: "x", YC_ENDPOINT: russian },
      { cloud: "YC_IAM_TOKEN as iamToken", "cloud-ai": "YC_IAM_TOKEN as iamToken" }
    ],
    [{ YC_IAM_TOKEN: "x", YC_ENDPOINT: kazakh }, { "cloud-kz": "YC_IAM_TOKEN as iamToken" }],
    [{ YC_TOKEN: "x", YC_ENDPOINT: `https://${kazakh}` }, { "cloud-kz": "YC_TOKEN as auto" }],
    [{ YC_API_KEY: "x", YC_ENDPOINT: kazakh }, { "cloud-kz": "YC_API_KEY as apiKey" }],
    [{ YC_ENDPOINT: kazakh, TOLOKA_TOKEN: "x" }, { toloka: "TOLOKA_TOKEN as auto" }],
    [{ OPWATCH_TOLOKA_TOKEN: "x", TOLOKA_TOKEN: "y" }, { toloka: "OPWATCH_TOLOKA_TOKEN as auto" }],
    [{ OPWATCH_TOLOKA_TOKEN: "", TOLOKA_TOKEN: "y" }, { toloka: "TOLOKA_TOKEN as auto" }],
    [
      { YC_IAM_TOKEN: "x", YC_TOKEN: "y", YC_API_KEY: "z", OPWATCH_CLOUD_AI_TOKEN: "w" },
      { cloud: "YC_IAM_TOKEN as iamToken", "cloud-ai": "OPWATCH_CLOUD_AI_TOKEN as auto" }
    ],
    [
      { YC_TOKEN: "y", YC_API_KEY: "z" },
      { cloud: "YC_TOKEN as auto", "cloud-ai": "YC_TOKEN as auto" }
    ]
  ])("%j", (environment, expected) => assert.deepStrictEqual(authenticated(environment), expected))

  it("whatever the provider of a source that is called like a built-in one", () => {
    assert.isUndefined(EnvironmentCredential.find("cloud", "toloka", { YC_IAM_TOKEN: "x" }))
    assert.isUndefined(EnvironmentCredential.find("other", "cloud", { YC_IAM_TOKEN: "x" }))
    assert.isUndefined(EnvironmentCredential.find("other", "toloka", { TOLOKA_TOKEN: "x" }))
    assert.isUndefined(EnvironmentCredential.find("constructor", "cloud", {}))
  })

  it("and those looked at are told for the hint", () => {
    const looked = (name: string, environment: EnvironmentCredential.Environment = {}) =>
      EnvironmentCredential.variables(name, "cloud", environment).map(({ variable }) => variable)
    assert.deepStrictEqual(looked("cloud"), [
      "OPWATCH_CLOUD_TOKEN",
      "OPWATCH_CLOUD_KEY_FILE",
      "YC_IAM_TOKEN",
      "YC_TOKEN",
      "YC_SERVICE_ACCOUNT_KEY_FILE",
      "YC_API_KEY"
    ])
    assert.deepStrictEqual(looked("cloud-kz"), ["OPWATCH_CLOUD_KZ_TOKEN", "OPWATCH_CLOUD_KZ_KEY_FILE"])
    assert.lengthOf(looked("cloud-kz", { YC_ENDPOINT: kazakh }), 6)
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { parse } from "yaml"
import * as EmulatorConfiguration from "../src/EmulatorConfiguration.ts"

const url = "http://127.0.0.1:4010"

describe("EmulatorConfiguration", () => {
  it("points both sources at the emulator", () => {
    const { variables, yaml } = EmulatorConfiguration.make(url)
    assert.deepStrictEqual(parse(yaml), {
      sources: {
        toloka: { provider: "toloka", url: `${url}/api/v1`, auth: { kind: "none" } },
        cloud: { provider: "cloud", url, auth: { kind: "none" } }
      }
    })
    assert.deepStrictEqual(variables, {})
  })

  it("names variables for credentials and keeps the secrets out of the file", () => {
    const { variables, yaml } = EmulatorConfiguration.make(url, {
      toloka: { apiKey: [Redacted.make("toloka-secret")] },
      cloud: { iamToken: [Redacted.make("cloud-secret")], apiKey: [Redacted.make("another-secret")] }
    })
    const { sources } = parse(yaml)
    assert.deepStrictEqual(sources.toloka.auth, { kind: "apiKey", tokenEnv: "OPWATCH_EMULATOR_TOLOKA_TOKEN" })
    assert.deepStrictEqual(sources.cloud.auth, { kind: "iamToken", tokenEnv: "OPWATCH_EMULATOR_CLOUD_TOKEN" })
    assert.notInclude(yaml, "secret")
    const values = Object.entries(variables).map(([name, secret]) => [name, Redacted.value(secret)])
    assert.deepStrictEqual(values, [
      ["OPWATCH_EMULATOR_TOLOKA_TOKEN", "toloka-secret"],
      ["OPWATCH_EMULATOR_CLOUD_TOKEN", "cloud-secret"]
    ])
  })
})

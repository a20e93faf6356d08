import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { parse } from "yaml"
import * as Harness from "../Harness.ts"
import * as RealRun from "../RealRun.ts"

const secret = "t1.MARKED.secret"

layer(NodeServices.layer, { excludeTestServices: true })("opwatch sources", (it) => {
  it.effect("shows a table, and below it what needs attention and the configuration file", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* RealRun.configuration({
        cloud: { rateLimit: { requests: 1, per: "2s" }, auth: { kind: "auto", tokenEnv: "MARKED" } },
        mine: { provider: "cloud", url: "http://127.0.0.1:1", auth: { kind: "apiKey", tokenEnv: "MINE" } },
        toloka: { url: "https://elsewhere.example/api/v1" }
      })
      const { code, err, out } = yield* RealRun.run(["sources", "--config", path], {
        TOLOKA_TOKEN: secret,
        MARKED: secret
      })
      assert.strictEqual(
        out.replaceAll(folder, "/etc"),
        [
          "toloka          toloka  none                                        https://elsewhere.example/api/v1",
          "toloka-sandbox  toloka  none                                        https://sandbox.toloka.dev/api/v1",
          "tasks           toloka  none                                        https://tasks.yandex.ru/api/v1",
          "cloud           cloud   iamToken from the variable MARKED           https://operation.api.cloud.yandex.net",
          "cloud-kz        cloud   none                                        https://operation.api.yandexcloud.kz",
          "cloud-ai        cloud   none                                        https://llm.api.cloud.yandex.net",
          "mine            cloud   apiKey from the variable MINE (not usable)  http://127.0.0.1:1",
          "",
          "toloka: the variable TOLOKA_TOKEN is set and not used: a source with a url of its own takes no credential from the environment; if it is meant for that host, configure sources.toloka.auth",
          "toloka-sandbox: there is no credential; set OPWATCH_TOLOKA_SANDBOX_TOKEN, or configure sources.toloka-sandbox.auth",
          "tasks: there is no credential; set OPWATCH_TASKS_TOKEN, or configure sources.tasks.auth",
          "cloud-kz: there is no credential; set OPWATCH_CLOUD_KZ_TOKEN or OPWATCH_CLOUD_KZ_KEY_FILE, or configure sources.cloud-kz.auth",
          "cloud-ai: there is no credential; set OPWATCH_CLOUD_AI_TOKEN or OPWATCH_CLOUD_AI_KEY_FILE or YC_IAM_TOKEN or YC_TOKEN or YC_SERVICE_ACCOUNT_KEY_FILE or YC_API_KEY, or configure sources.cloud-ai.auth",
          "mine: the variable MINE, which tokenEnv names, is not set; put the credential there, or configure sources.mine.auth",
          "",
          "configuration: /etc/config.json",
          ""
        ].join("\n")
      )
      assert.deepStrictEqual([code, err], [0, ""])
    })
  )

  it.effect("has titles on a terminal, and nothing but the credential is cut to its width", () =>
    Effect.gen(function* () {
      const { path } = yield* RealRun.configuration({
        mine: {
          provider: "cloud",
          url: "https://m.example",
          auth: { kind: "auto", tokenFile: `/${"long/".repeat(20)}` }
        }
      })
      const output = Harness.terminal(90, 24)
      const { out } = yield* RealRun.run(["sources", "--config", path], {}, output)
      assert.match(out, /^SOURCE +PROVIDER +CREDENTIAL +URL\n/)
      assert.match(out, /\nmine +cloud +auto from tokenFile \/[lon/g]*… +https:\/\/m\.example\n/)
      assert.include(out, "--json has all of it")
      assert.isBelow(
        Math.max(
          ...out
            .split("\n")
            .filter((line) => !line.includes("/long/"))
            .map(({ length }) => length)
        ),
        91
      )
    })
  )

  it.effect("gives programs an array with all of it, in every form", () =>
    Effect.gen(function* () {
      const { path } = yield* RealRun.configuration({ cloud: { auth: { kind: "iamToken", tokenEnv: "IAM" } } })
      const environment = { OPWATCH_CONFIG: path, IAM: secret }
      const json = yield* RealRun.run(["sources", "--json"], environment)
      const sources: Array<Record<string, unknown>> = JSON.parse(json.out)
      assert.deepStrictEqual(
        sources.find(({ source }) => source === "cloud"),
        {
          source: "cloud",
          provider: "cloud",
          url: "https://operation.api.cloud.yandex.net",
          from: `built in, changed by ${path}`,
          credential: { kind: "iamToken", place: "the variable IAM", found: true },
          rateLimit: { requests: 20, per: "1s" },
          pollBudget: { requests: 16, per: "1s" },
          capabilities: { cancel: true, list: true, log: false }
        }
      )
      const yaml = yield* RealRun.run(["sources", "--output", "yaml"], environment)
      const ndjson = yield* RealRun.run(["sources", "--output", "ndjson"], environment)
      assert.deepStrictEqual(parse(yaml.out), sources)
      assert.deepStrictEqual(
        ndjson.out
          .trim()
          .split("\n")
          .map((line): unknown => JSON.parse(line)),
        sources
      )
      for (const { code, err, out } of [json, yaml, ndjson]) {
        assert.deepStrictEqual([code, err], [0, ""])
        assert.notInclude(out, "MARKED")
      }
    })
  )

  it.effect("says where a configuration was looked for", () =>
    Effect.gen(function* () {
      const { out } = yield* RealRun.run(["sources"], { XDG_CONFIG_HOME: "/nowhere" })
      assert.match(
        out,
        /\nconfiguration: no file \(not at \/nowhere\/opwatch\/config\.yaml or \/nowhere\S+config\.json\)\n$/
      )
      const homeless = yield* RealRun.run(["sources"])
      assert.match(homeless.out, /\nconfiguration: no file \(neither HOME nor XDG_CONFIG_HOME says where\)\n$/)
    })
  )

  it.effect("ends with 2 where the configuration is wrong", () =>
    Effect.gen(function* () {
      const { path } = yield* RealRun.configuration({ mine: { provider: "cloud" } })
      const ended = yield* RealRun.run(["sources", "--json", "--config", path])
      assert.deepStrictEqual([ended.code, ended.out], [2, ""])
      assert.include(String(Harness.errorOf(ended)["message"]), "sources.mine.url")
    })
  )
})

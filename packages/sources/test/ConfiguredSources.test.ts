import { assert, describe, expect, layer } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { parse, SourceName } from "@opwatch/core/Reference"
import { locations } from "@opwatch/core/Sources"
import { builtinSources } from "../src/BuiltinSources.ts"
import { asked, environment, id, oauth, providerOf, refused, type Sent, sources } from "./Recording.ts"
import { folder, services } from "./Workspace.ts"

layer(services)("sources", (it) => {
  describe("without a configuration", () => {
    it.effect("are the built-in ones, in their order, each where it is", () =>
      Effect.gen(function* () {
        const all = yield* sources(undefined)
        assert.deepStrictEqual<unknown>(
          [...all].map(([name, { name: provider, source, urls }]) => [name, source, provider, urls]),
          Object.entries(builtinSources).map(([name, { formerUrls, provider, url }]) => [
            name,
            name,
            provider,
            provider === "toloka" ? [url, ...formerUrls] : [url]
          ])
        )
      })
    )

    it.effect("find an operation by the URL of a host that was switched off", () =>
      Effect.gen(function* () {
        const known = locations(yield* sources(undefined))
        const sourceOf = (url: string) => Result.map(parse(url, { locations: known }), ({ source }) => source)
        const found = {
          "https://toloka.yandex.com/api/v1/operations/op-1": "toloka",
          "https://toloka.dev/api/v1/operations/op-1/log": "toloka",
          "https://sandbox.toloka.yandex.com/api/v1/operations/op-1": "toloka-sandbox",
          "https://tasks.yandex.ru/api/v1/operations/op-1": "tasks",
          "https://operation.api.cloud.yandex.net/operations/op-1": "cloud",
          "https://operation.api.yandexcloud.kz/operations/op-1": "cloud-kz",
          "https://llm.api.cloud.yandex.net/operations/op-1": "cloud-ai"
        }
        for (const [url, source] of Object.entries(found)) {
          assert.deepStrictEqual(sourceOf(url), Result.succeed(SourceName.make(source)))
        }
      })
    )

    it.effect("send nothing without a credential, and say which variable would give one", () =>
      Effect.gen(function* () {
        const answers = yield* asked(undefined)
        assert.deepStrictEqual(new Set(Object.values(answers)), new Set(["Unauthenticated"]))
        const all = yield* sources(undefined, { YC_ENDPOINT: "api.yandexcloud.kz:443" })
        const told: Array<string> = []
        for (const { get } of all.values()) {
          const { hint, message } = yield* Effect.flip(get(id))
          told.push(`${message}: ${hint}`)
        }
        expect(told).toMatchInlineSnapshot(`
          [
            "there is no credential for source toloka: set OPWATCH_TOLOKA_TOKEN or TOLOKA_TOKEN, or configure sources.toloka.auth",
            "there is no credential for source toloka-sandbox: set OPWATCH_TOLOKA_SANDBOX_TOKEN, or configure sources.toloka-sandbox.auth",
            "there is no credential for source tasks: set OPWATCH_TASKS_TOKEN, or configure sources.tasks.auth",
            "there is no credential for source cloud: set OPWATCH_CLOUD_TOKEN or OPWATCH_CLOUD_KEY_FILE, or configure sources.cloud.auth",
            "there is no credential for source cloud-kz: set OPWATCH_CLOUD_KZ_TOKEN or OPWATCH_CLOUD_KZ_KEY_FILE or YC_IAM_TOKEN or YC_TOKEN or YC_SERVICE_ACCOUNT_KEY_FILE or YC_API_KEY, or configure sources.cloud-kz.auth",
            "there is no credential for source cloud-ai: set OPWATCH_CLOUD_AI_TOKEN or OPWATCH_CLOUD_AI_KEY_FILE, or configure sources.cloud-ai.auth",
          ]
        `)
      })
    )

    it.effect("send each credential to its own host, by the scheme of its kind", () =>
      Effect.gen(function* () {
        const apiKey = `${"a".repeat(23)}.b.c`
        const answers = yield* asked(undefined, {
          TOLOKA_TOKEN: "y0_toloka",
          OPWATCH_TOLOKA_SANDBOX_TOKEN: apiKey,
          YC_IAM_TOKEN: "t1.russia.iam",
          OPWATCH_CLOUD_KZ_TOKEN: "t1.kazakhstan.iam"
        })
        assert.deepStrictEqual(answers, {
          toloka: "OAuth y0_toloka to https://toloka.dev/api/v1/operations/op-1",
          "toloka-sandbox": `ApiKey ${apiKey} to https://sandbox.toloka.dev/api/v1/operations/op-1`,
          tasks: "Unauthenticated",
          cloud: "Bearer t1.russia.iam to https://operation.api.cloud.yandex.net/operations/op-1",
          "cloud-kz": "Bearer t1.kazakhstan.iam to https://operation.api.yandexcloud.kz/operations/op-1",
          "cloud-ai": "Bearer t1.russia.iam to https://llm.api.cloud.yandex.net/operations/op-1"
        })
      })
    )

    it.effect("send the vendor's variables to the installation that YC_ENDPOINT names", () =>
      Effect.gen(function* () {
        const answers = yield* asked(undefined, { YC_API_KEY: "AQVN", YC_ENDPOINT: "api.yandexcloud.kz:443" })
        assert.strictEqual(answers["cloud-kz"], "Api-Key AQVN to https://operation.api.yandexcloud.kz/operations/op-1")
        assert.deepStrictEqual([answers["cloud"], answers["cloud-ai"]], ["Unauthenticated", "Unauthenticated"])
      })
    )
  })

  describe("that a configuration adds or overrides", () => {
    it.effect("come after the built-in ones", () =>
      Effect.gen(function* () {
        const all = yield* sources({
          mine: { provider: "cloud", url: "https://mine.example.com/" },
          toloka: { url: "https://proxy.example.com/api/v1//" }
        })
        assert.deepStrictEqual(
          [...all.keys()],
          [...Object.keys(builtinSources), "mine"].map((name) => name as SourceName)
        )
        assert.deepStrictEqual(providerOf(all, "mine").urls, ["https://mine.example.com"])
        assert.deepStrictEqual(providerOf(all, "toloka").urls, [
          "https://proxy.example.com/api/v1",
          "https://toloka.yandex.com/api/v1"
        ])
      })
    )

    it.effect("get nothing from the environment where their url is configured", () =>
      Effect.gen(function* () {
        const everything = {
          TOLOKA_TOKEN: "hush",
          YC_IAM_TOKEN: "t1.hush.hush",
          YC_API_KEY: "hush",
          OPWATCH_TOLOKA_TOKEN: "hush",
          OPWATCH_CLOUD_TOKEN: "t1.hush.hush",
          OPWATCH_MINE_TOKEN: "hush"
        }
        const answers = yield* asked(
          {
            toloka: { url: "https://stranger.example.com" },
            cloud: { url: "http://127.0.0.1:4010" },
            mine: { provider: "toloka", url: "https://mine.example.com" }
          },
          everything
        )
        assert.strictEqual(answers["toloka"], "undefined to https://stranger.example.com/operations/op-1")
        assert.strictEqual(answers["cloud"], "undefined to http://127.0.0.1:4010/operations/op-1")
        assert.strictEqual(answers["mine"], "undefined to https://mine.example.com/operations/op-1")
        assert.strictEqual(
          answers["cloud-ai"],
          "Bearer t1.hush.hush to https://llm.api.cloud.yandex.net/operations/op-1"
        )
      })
    )

    it.effect("keep the environment's credential where only something else is configured", () =>
      Effect.gen(function* () {
        const answers = yield* asked({ toloka: { rateLimit: { requests: 1, per: "1s" } } }, { TOLOKA_TOKEN: "y0_a" })
        assert.strictEqual(answers["toloka"], "OAuth y0_a to https://toloka.dev/api/v1/operations/op-1")
      })
    )

    it.effect("are polled with four fifths of their rate limit, or as they say", () =>
      Effect.gen(function* () {
        const all = yield* sources({
          toloka: { rateLimit: { requests: 300, per: "1m" } },
          cloud: { pollBudget: { requests: 1, per: "2s" } },
          tasks: { rateLimit: { requests: 1, per: "3s" }, pollBudget: { requests: 20, per: "1m" } }
        })
        const polls = ["toloka", "toloka-sandbox", "cloud", "cloud-ai", "tasks"].map((name) => [
          name,
          all.get(SourceName.make(name))?.pollsPerSecond
        ])
        assert.deepStrictEqual(polls, [
          ["toloka", 4],
          ["toloka-sandbox", 40],
          ["cloud", 0.5],
          ["cloud-ai", 4],
          ["tasks", 1 / 3]
        ])
      })
    )

    it.effect("are mirrored as they say, for two seconds and with nothing let through where they do not", () =>
      Effect.gen(function* () {
        const all = yield* sources({
          toloka: { mirror: { maxAge: "1m", passThrough: true } },
          cloud: { mirror: { maxAge: "0s" } }
        })
        const settings = ["toloka", "cloud", "tasks"].map((name) => {
          const mirror = all.get(SourceName.make(name))?.mirror
          return [mirror === undefined ? undefined : Duration.toSeconds(mirror.maxAge), mirror?.passThrough]
        })
        assert.deepStrictEqual<unknown>(settings, [
          [60, true],
          [0, false],
          [2, false]
        ])
      })
    )

    it.effect("use the auth that is configured, in place of the environment's", () =>
      Effect.gen(function* () {
        const url = "https://h.example.com"
        const cloud = (kind: string, tokenEnv: string) => ({ provider: "cloud", url, auth: { kind, tokenEnv } })
        const answers = yield* asked(
          {
            toloka: { auth: oauth },
            "toloka-sandbox": { auth: { kind: "apiKey", tokenEnv: "MINE" } },
            tasks: { auth: { kind: "none" } },
            iam: cloud("iamToken", "IAM"),
            key: cloud("apiKey", "KEY"),
            auto: cloud("auto", "IAM"),
            "no-iam": cloud("auto", "KEY"),
            unset: cloud("auto", "NOWHERE")
          },
          { ...environment, TOLOKA_TOKEN: "y0_other", OPWATCH_TASKS_TOKEN: "y0_other" }
        )
        expect(answers).toMatchObject({
          toloka: "OAuth y0_mine-mine to https://toloka.dev/api/v1/operations/op-1",
          "toloka-sandbox": "ApiKey y0_mine-mine to https://sandbox.toloka.dev/api/v1/operations/op-1",
          tasks: "undefined to https://tasks.yandex.ru/api/v1/operations/op-1",
          iam: "Bearer t1.iam.iam to https://h.example.com/operations/op-1",
          key: "Api-Key AQVN-key-key to https://h.example.com/operations/op-1",
          auto: "Bearer t1.iam.iam to https://h.example.com/operations/op-1",
          "no-iam": "Misconfigured",
          unset: "Misconfigured"
        })
      })
    )

    it.effect("read a token file again when it changes", () =>
      Effect.gen(function* () {
        const { write } = yield* folder
        const tokenFile = yield* write("token", "first")
        const sent: Array<Sent> = []
        const all = yield* sources({ toloka: { auth: { kind: "oauth", tokenFile } } }, {}, sent)
        yield* providerOf(all, "toloka").get(id)
        yield* write("token", "second")
        yield* providerOf(all, "toloka").get(id)
        assert.deepStrictEqual(
          sent.map(({ authorization }) => authorization),
          ["OAuth first", "OAuth second"]
        )
      })
    )

    it.effect("must say what they are and where", () =>
      Effect.gen(function* () {
        expect([
          yield* refused({ mine: {} }),
          yield* refused({ mine: { provider: "cloud" } }),
          yield* refused({ cloud: { provider: "toloka" } }),
          yield* refused({ constructor: {} })
        ]).toMatchInlineSnapshot(`
          [
            "<config>: sources.mine.provider: is missing; it is toloka or cloud",
            "<config>: sources.mine.url: is missing; a source of one's own needs its base URL",
            "<config>: sources.cloud.url: is missing; a source of one's own needs its base URL",
            "<config>: sources.constructor.provider: is missing; it is toloka or cloud",
          ]
        `)
      })
    )

    it.effect("may not spend more on polls than their rate limit", () =>
      Effect.gen(function* () {
        expect([
          yield* refused({ cloud: { pollBudget: { requests: 21, per: "1s" } } }),
          yield* refused({
            toloka: { rateLimit: { requests: 90, per: "1m" }, pollBudget: { requests: 2, per: "1s" } }
          })
        ]).toMatchInlineSnapshot(`
          [
            "<config>: sources.cloud.pollBudget: 21 in 1s is more than the rate limit, 20 in 1s",
            "<config>: sources.toloka.pollBudget: 2 in 1s is more than the rate limit, 90 in 1m",
          ]
        `)
      })
    )

    it.effect("must have an auth that their provider knows and that says where the token is", () =>
      Effect.gen(function* () {
        const auth = (name: string, fields: object) => refused({ [name]: { auth: fields } })
        expect([
          yield* auth("toloka", { kind: "iamToken", tokenEnv: "A" }),
          yield* auth("toloka", { kind: "oauth" }),
          yield* auth("toloka", { kind: "oauth", tokenEnv: "A", tokenFile: "b" }),
          yield* auth("toloka", { kind: "none", tokenEnv: "A" })
        ]).toMatchInlineSnapshot(`
          [
            "<config>: sources.toloka.auth.kind: "iamToken" is not for toloka; it is one of none, auto, oauth, apiKey",
            "<config>: sources.toloka.auth: kind oauth takes one of tokenEnv, tokenFile, tokenCommand",
            "<config>: sources.toloka.auth: kind oauth takes one of tokenEnv, tokenFile, tokenCommand",
            "<config>: sources.toloka.auth: kind none takes no token",
          ]
        `)
      })
    )

    it.effect("send no credential over plain http but to this machine, unless insecure", () =>
      Effect.gen(function* () {
        const at = (url: string, rest: object = {}) => ({ mine: { provider: "toloka", url, auth: oauth, ...rest } })
        const kept = ["127.0.0.1:4010", "127.8.9.10", "localhost", "LOCALHOST:80", "[::1]:4010", "127.1"]
        for (const host of kept) yield* sources(at(`http://${host}/api/v1`), environment)
        yield* sources(at("https://mine.example.com"), environment)
        yield* sources(at("http://mine.example.com", { auth: { kind: "none" } }), environment)
        yield* sources({ mine: { provider: "toloka", url: "http://mine.example.com" } }, environment)
        const insecure = yield* asked(at("http://mine.example.com", { insecure: true }), environment)
        assert.strictEqual(insecure["mine"], "OAuth y0_mine-mine to http://mine.example.com/operations/op-1")

        const open = [
          "mine.example.com",
          "localhost.example.com",
          "127.0.0.1.example.com",
          "10.0.0.1",
          "0.0.0.0",
          "169.254.169.254",
          "[::2]",
          "128.0.0.1"
        ]
        for (const host of open) {
          assert.strictEqual(
            yield* refused(at(`http://${host}/`)),
            `<config>: sources.mine.url: http://${host}/ would carry the credential in the clear; use https, or say insecure: true`
          )
        }
        yield* refused(at("http://mine.example.com", { insecure: false }))
      })
    )
  })

  it.effect("that cannot be used fail their own requests only", () =>
    Effect.gen(function* () {
      const { at } = yield* folder
      const noIam = { provider: "cloud", url: "https://h.example.com", auth: { kind: "auto", tokenEnv: "KEY" } }
      const answers = yield* asked(
        {
          tasks: { auth: { kind: "oauth", tokenFile: at("none") } },
          mine: noIam
        },
        { ...environment, TOLOKA_TOKEN: "y0_a" }
      )
      expect(answers).toMatchObject({
        toloka: "OAuth y0_a to https://toloka.dev/api/v1/operations/op-1",
        tasks: "Misconfigured",
        mine: "Misconfigured"
      })
      const all = yield* sources({ mine: noIam }, environment)
      const error = yield* Effect.flip(providerOf(all, "mine").get(id))
      assert.notInclude(JSON.stringify(error), "AQVN")
      expect(error.message).toMatchInlineSnapshot(
        `"source mine: the token is no IAM token, and without iamUrl an OAuth token cannot be exchanged"`
      )
    })
  )
})

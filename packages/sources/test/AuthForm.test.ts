import { assert, describe, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { refused, sources } from "./Recording.ts"
import { services } from "./Workspace.ts"

const url = "https://mine.example.com"
const key = { kind: "serviceAccountKey", keyEnv: "A" }
const workload = { kind: "workloadIdentity", serviceAccountId: "ajesa", tokenFile: "oidc" }

layer(services)("an auth that is wrong", (it) => {
  const all = <A>(configurations: ReadonlyArray<A>) => Effect.forEach(configurations, (each) => refused(each as object))

  describe("in its form", () => {
    it.effect("by a kind that its provider does not know is told with those that it does", () =>
      Effect.gen(function* () {
        const kinds = ["iamToken", "serviceAccountKey", "metadata", "workloadIdentity"]
        expect(yield* all(kinds.map((kind) => ({ toloka: { auth: { kind } } })))).toMatchInlineSnapshot(`
          [
            "<config>: sources.toloka.auth.kind: "iamToken" is not for toloka; it is one of none, auto, oauth, apiKey",
            "<config>: sources.toloka.auth.kind: "serviceAccountKey" is not for toloka; it is one of none, auto, oauth, apiKey",
            "<config>: sources.toloka.auth.kind: "metadata" is not for toloka; it is one of none, auto, oauth, apiKey",
            "<config>: sources.toloka.auth.kind: "workloadIdentity" is not for toloka; it is one of none, auto, oauth, apiKey",
          ]
        `)
      })
    )

    it.effect("by where its secret is, or by more than one place, is told with the places", () =>
      Effect.gen(function* () {
        const cloud = (auth: object) => ({ cloud: { auth } })
        expect(
          yield* all([
            cloud({ kind: "iamToken" }),
            cloud({ kind: "oauth", tokenEnv: "A", tokenCommand: ["yc"] }),
            cloud({ kind: "auto", keyFile: "key.json" }),
            cloud({ kind: "serviceAccountKey" }),
            cloud({ kind: "serviceAccountKey", keyFile: "a", keyEnv: "A" }),
            cloud({ kind: "serviceAccountKey", tokenFile: "a" }),
            cloud({ kind: "serviceAccountKey", keyFile: "a", tokenEnv: "A" }),
            cloud({ kind: "metadata", tokenEnv: "A" }),
            cloud({ kind: "none", keyEnv: "A" }),
            cloud({ kind: "workloadIdentity", serviceAccountId: "ajesa" }),
            cloud({ kind: "workloadIdentity", serviceAccountId: "ajesa", keyFile: "a" })
          ])
        ).toMatchInlineSnapshot(`
          [
            "<config>: sources.cloud.auth: kind iamToken takes one of tokenEnv, tokenFile, tokenCommand",
            "<config>: sources.cloud.auth: kind oauth takes one of tokenEnv, tokenFile, tokenCommand",
            "<config>: sources.cloud.auth: kind auto takes one of tokenEnv, tokenFile, tokenCommand",
            "<config>: sources.cloud.auth: kind serviceAccountKey takes one of keyFile, keyEnv",
            "<config>: sources.cloud.auth: kind serviceAccountKey takes one of keyFile, keyEnv",
            "<config>: sources.cloud.auth: kind serviceAccountKey takes one of keyFile, keyEnv",
            "<config>: sources.cloud.auth: kind serviceAccountKey takes one of keyFile, keyEnv",
            "<config>: sources.cloud.auth: kind metadata takes no token",
            "<config>: sources.cloud.auth: kind none takes no token",
            "<config>: sources.cloud.auth: kind workloadIdentity takes one of tokenEnv, tokenFile, tokenCommand",
            "<config>: sources.cloud.auth: kind workloadIdentity takes one of tokenEnv, tokenFile, tokenCommand",
          ]
        `)
      })
    )

    it.effect("by a field of the wrong kind is told, and what may be a secret is not shown", () =>
      Effect.gen(function* () {
        const auth = (fields: object) => ({ cloud: { auth: fields } })
        const told = yield* all([
          auth({ kind: "oauth", tokenCommand: "yc hush" }),
          auth({ kind: "oauth", tokenCommand: [] }),
          auth({ kind: "oauth", tokenCommand: ["yc", 5] }),
          auth({ kind: "oauth", tokenCommand: ["", "hush"] }),
          auth({ kind: "serviceAccountKey", keyFile: "" }),
          auth({ kind: "serviceAccountKey", keyFile: { id: "hush" } }),
          auth({ kind: "serviceAccountKey", keyEnv: "hush hush" }),
          auth({ kind: "serviceAccountKey", key: { id: "hush" } }),
          auth({ ...workload, serviceAccountId: "hush hush" }),
          auth({ ...workload, serviceAccountId: 5 })
        ])
        for (const message of told) assert.notInclude(message, "hush")
        expect(told).toMatchInlineSnapshot(`
          [
            "<config>: sources.cloud.auth.tokenCommand: Expected array, got text",
            "<config>: sources.cloud.auth.tokenCommand.0: is missing; it is needed",
            "<config>: sources.cloud.auth.tokenCommand.1: Expected string, got 5",
            "<config>: sources.cloud.auth.tokenCommand: Expected the words of a command, such as [yc, iam, create-token], got a list",
            "<config>: sources.cloud.auth.keyFile: Expected the path of a file, got """,
            "<config>: sources.cloud.auth.keyFile: Expected string, got an object",
            "<config>: sources.cloud.auth.keyEnv: Expected the name of an environment variable, such as TOLOKA_TOKEN, never the token itself, got text",
            "<config>: sources.cloud.auth.key: no such field; the known ones are kind, tokenEnv, tokenFile, tokenCommand, keyFile, keyEnv, serviceAccountId (secrets are not written in a configuration: name a variable with tokenEnv or a file with tokenFile)",
            "<config>: sources.cloud.auth.serviceAccountId: Expected an id, got text",
            "<config>: sources.cloud.auth.serviceAccountId: Expected string, got 5",
          ]
        `)
      })
    )

    it.effect("by the account of a workload is told", () =>
      Effect.gen(function* () {
        expect(
          yield* all([
            { cloud: { auth: { kind: "workloadIdentity", tokenFile: "a" } } },
            { cloud: { auth: { kind: "oauth", tokenEnv: "A", serviceAccountId: "ajesa" } } }
          ])
        ).toMatchInlineSnapshot(`
          [
            "<config>: sources.cloud.auth.serviceAccountId: is missing; it is the id of the service account to act as",
            "<config>: sources.cloud.auth.serviceAccountId: goes with kind workloadIdentity only",
          ]
        `)
      })
    )
  })

  describe("about where it goes", () => {
    const mine = (auth: object, rest: object = {}) => ({ mine: { provider: "cloud", url, auth, ...rest } })

    it.effect("by a url of one's own without the services that issue its tokens is told", () =>
      Effect.gen(function* () {
        expect(yield* all([mine({ kind: "oauth", tokenEnv: "A" }), mine(key), mine(workload, { iamUrl: url })]))
          .toMatchInlineSnapshot(`
          [
            "<config>: sources.mine.iamUrl: is missing; with a url of one's own it must be said where IAM tokens are issued",
            "<config>: sources.mine.iamUrl: is missing; with a url of one's own it must be said where IAM tokens are issued",
            "<config>: sources.mine.authUrl: is missing; with a url of one's own it must be said where tokens are exchanged",
          ]
        `)
        yield* sources(mine({ kind: "auto", tokenEnv: "A" }))
        yield* sources(mine(key, { iamUrl: url }))
        yield* sources(mine(workload, { authUrl: url }))
        yield* sources({ cloud: { auth: key }, "cloud-kz": { auth: workload }, "cloud-ai": { auth: key } })
        yield* sources(mine(key, { url: "https://operation.api.yandexcloud.kz" }))
      })
    )

    it.effect("by a service's URL that is none is told", () =>
      Effect.gen(function* () {
        const fields = ["iamUrl", "authUrl", "metadataUrl", "endpointsUrl"]
        const wrong = ["iam.example.com", "https://me:hush@example.com", 5]
        const told = yield* all(
          fields.flatMap((field) => wrong.map((value) => mine({ kind: "none" }, { [field]: value })))
        )
        for (const message of told) assert.notInclude(message, "hush")
        expect(told.slice(0, 3)).toMatchInlineSnapshot(`
          [
            "<config>: sources.mine.iamUrl: Expected an http or https URL without user, query or fragment, such as https://toloka.dev/api/v1, got "iam.example.com"",
            "<config>: sources.mine.iamUrl: Expected an http or https URL without user, query or fragment, such as https://toloka.dev/api/v1, got text",
            "<config>: sources.mine.iamUrl: Expected string, got 5",
          ]
        `)
        for (const [index, message] of told.entries()) {
          assert.include(message, `sources.mine.${fields[Math.floor(index / wrong.length)]}: `)
        }
      })
    )

    it.effect("by plain http to another machine is told, unless insecure", () =>
      Effect.gen(function* () {
        const open = "http://open.example.com"
        const configurations = [
          mine({ kind: "oauth", tokenEnv: "A" }, { iamUrl: open }),
          mine({ kind: "auto", tokenEnv: "A" }, { iamUrl: `${open}/` }),
          mine(key, { iamUrl: open }),
          mine(workload, { authUrl: open }),
          mine({ kind: "iamToken", tokenEnv: "A" }, { endpointsUrl: open })
        ]
        expect(yield* all(configurations)).toMatchInlineSnapshot(`
          [
            "<config>: sources.mine.iamUrl: http://open.example.com would carry the credential in the clear; use https, or say insecure: true",
            "<config>: sources.mine.iamUrl: http://open.example.com/ would carry the credential in the clear; use https, or say insecure: true",
            "<config>: sources.mine.iamUrl: http://open.example.com would carry the credential in the clear; use https, or say insecure: true",
            "<config>: sources.mine.authUrl: http://open.example.com would carry the credential in the clear; use https, or say insecure: true",
            "<config>: sources.mine.endpointsUrl: http://open.example.com would carry the credential in the clear; use https, or say insecure: true",
          ]
        `)
        for (const { mine } of configurations) yield* sources({ mine: { ...mine, insecure: true } })
      })
    )

    it.effect("is not told where no secret goes there, or it does not leave this machine", () =>
      Effect.gen(function* () {
        const open = "http://open.example.com"
        yield* sources(mine({ kind: "metadata" }, { metadataUrl: "http://169.254.169.254", iamUrl: open }))
        yield* sources(mine({ kind: "apiKey", tokenEnv: "A" }, { iamUrl: open, authUrl: open }))
        yield* sources(mine(key, { iamUrl: "http://127.0.0.1:4010" }))
        yield* sources(mine(workload, { authUrl: "http://[::1]:4010" }))
      })
    )
  })
})

import { assert, describe, expect, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { counts, guarded, id, keyText, otherKeyText, place, printIamToken, provider, secrets } from "./CloudScene.ts"
import { control, until } from "./Scene.ts"
import { folder } from "./Workspace.ts"

const pemLines = [keyText, otherKeyText].map((text) => text.split("\\n")[3] ?? assert.fail("the key has no lines"))
const workload = { kind: "workloadIdentity", serviceAccountId: "ajesa" }

/** Each way to a credential: its auth, once its files are written, and how many tokens it has to be issued. */
const ways: Readonly<Record<string, readonly [auth: object, issued: number]>> = {
  "a key file": [{ kind: "serviceAccountKey", keyFile: "key.json" }, 1],
  "a variable with the contents of a key file": [{ kind: "serviceAccountKey", keyEnv: "KEY" }, 1],
  "a variable with the path of a key file": [{ kind: "serviceAccountKey", keyEnv: "KEY_PATH" }, 1],
  "an OAuth token": [{ kind: "oauth", tokenEnv: "OAUTH" }, 1],
  "an OAuth token in a file": [{ kind: "oauth", tokenFile: "oauth" }, 1],
  "an OAuth token, by its shape": [{ kind: "auto", tokenEnv: "OAUTH" }, 1],
  "an IAM token, by its shape": [{ kind: "auto", tokenEnv: "IAM" }, 0],
  "an IAM token": [{ kind: "iamToken", tokenEnv: "IAM" }, 0],
  "an API key": [{ kind: "apiKey", tokenEnv: "API_KEY" }, 0],
  "the metadata service": [{ kind: "metadata" }, 1],
  "workload identity by a file": [{ ...workload, tokenFile: "subject" }, 1],
  "workload identity by a variable": [{ ...workload, tokenEnv: "SUBJECT" }, 1],
  "workload identity by a command": [{ ...workload, tokenCommand: ["printf", secrets.subject] }, 1],
  "a command that prints an OAuth token": [{ kind: "auto", tokenCommand: ["printf", secrets.oauth] }, 1]
}

layer(guarded())("a source of the cloud", (it) => {
  const scene = Effect.fnUntraced(function* (auth: object, environment: Record<string, string> = {}) {
    const { write } = yield* folder
    const path = yield* write("key.json", keyText)
    const keys = { ...auth, ...("keyFile" in auth ? { keyFile: path } : {}) }
    const files = { oauth: secrets.oauth, subject: secrets.subject }
    const file = "tokenFile" in auth ? files[auth.tokenFile as keyof typeof files] : ""
    const tokenFile = yield* write("token", file)
    yield* place()
    return yield* provider("tokenFile" in keys ? { ...keys, tokenFile } : keys, {
      KEY: keyText,
      KEY_PATH: path,
      OAUTH: secrets.oauth,
      IAM: secrets.iamToken,
      API_KEY: secrets.apiKey,
      SUBJECT: secrets.subject,
      ...environment
    })
  })

  it.effect.each(Object.entries(ways))("is let in by %s, with no more tokens than it takes", ([, [auth, issued]]) =>
    Effect.gen(function* () {
      const { get } = yield* scene(auth)
      const all = yield* Effect.all(
        Array.from({ length: 10 }, () => get(id)),
        { concurrency: "unbounded" }
      )
      expect(all[0]).toMatchObject({ ref: "here/op-1", state: "running" })
      assert.deepStrictEqual(yield* counts, { get: 10, token: issued })
    })
  )

  it.effect("is let in by a command that prints an IAM token and when it ends", () =>
    Effect.gen(function* () {
      const { url } = yield* Emulator
      const { write } = yield* folder
      const script = yield* write("token.mjs", printIamToken)
      const { get } = yield* scene({ kind: "iamToken", tokenCommand: [process.execPath, script, url] })
      yield* get(id)
      yield* get(id)
      assert.deepStrictEqual(yield* counts, { get: 2, token: 1 })
    })
  )

  describe("is not let in", () => {
    const strangers: Readonly<Record<string, readonly [auth: object, environment?: Record<string, string>]>> = {
      "another key of the account": [{ kind: "serviceAccountKey", keyEnv: "KEY" }, { KEY: otherKeyText }],
      "another OAuth token": [{ kind: "oauth", tokenEnv: "OAUTH" }, { OAUTH: "y0_hush-hush" }],
      "another OAuth token, by its shape": [{ kind: "auto", tokenEnv: "OAUTH" }, { OAUTH: "y0_hush-hush" }],
      "another token of a workload": [{ ...workload, tokenEnv: "SUBJECT" }, { SUBJECT: "eyJ.hush-hush.x" }],
      "another account of a workload": [{ ...workload, serviceAccountId: "ajeother", tokenEnv: "SUBJECT" }]
    }

    it.effect.each(Object.entries(strangers))("by %s, and the error shows nothing of it", ([, [auth, environment]]) =>
      Effect.gen(function* () {
        const { get } = yield* scene(auth, environment)
        const error = yield* Effect.flip(get(id))
        assert.strictEqual(error.reason._tag, "Unauthenticated")
        const shown = `${JSON.stringify(error)} ${error.stack}`
        for (const secret of ["hush", secrets.subject, ...pemLines]) assert.notInclude(shown, secret)
        assert.deepStrictEqual(yield* counts, { get: 0, token: 1 })
      })
    )

    it.effect("by a key that is not there or cannot be used, which is never shown", () =>
      Effect.gen(function* () {
        const { at, path, write } = yield* folder
        const keyEnv = { kind: "serviceAccountKey", keyEnv: "KEY" }
        const told: Array<string> = []
        for (const [auth, environment] of [
          [{ kind: "serviceAccountKey", keyFile: at("none") }],
          [{ kind: "serviceAccountKey", keyFile: path }],
          [{ kind: "serviceAccountKey", keyFile: yield* write("empty", "\n") }],
          [{ kind: "serviceAccountKey", keyFile: yield* write("odd", "hush-hush") }],
          [keyEnv, {}],
          [keyEnv, { KEY: "" }],
          [keyEnv, { KEY: at("none") }],
          [keyEnv, { KEY: `{"private_key": "hush"` }],
          [keyEnv, { KEY: `-----BEGIN PRIVATE KEY-----\nhush-hush\n` }],
          [keyEnv, { KEY: JSON.stringify(keyText) }]
        ] as const) {
          yield* place()
          const { get } = yield* provider(auth, environment)
          const error = yield* Effect.flip(get(id))
          assert.strictEqual(error.reason._tag, "Misconfigured")
          for (const secret of ["hush", ...pemLines])
            assert.notInclude(`${JSON.stringify(error)} ${error.stack}`, secret)
          told.push(error.message.replace(path, "<folder>"))
        }
        expect(told).toMatchInlineSnapshot(`
          [
            "source here: keyFile <folder>/none: there is no such file",
            "source here: keyFile <folder>: it is no file",
            "source here: keyFile <folder>/empty is empty; it must hold a secret",
            "source here: the service account key: it is not an authorized key: JSON with id, service_account_id and private_key is expected",
            "source here: the variable KEY, which keyEnv names, is not set",
            "source here: the variable KEY is empty; it must hold a secret",
            "source here: the file that the variable KEY names: there is no such file",
            "source here: the service account key: it is not an authorized key: JSON with id, service_account_id and private_key is expected",
            "source here: the file that the variable KEY names: there is no such file",
            "source here: the file that the variable KEY names: it cannot be read (Unknown)",
          ]
        `)
        assert.deepStrictEqual(yield* counts, { get: 0, token: 0 })
      })
    )

    it.effect("while no token can be had, and is as soon as one can", () =>
      Effect.gen(function* () {
        const { get } = yield* scene({ kind: "oauth", tokenEnv: "OAUTH" })
        yield* control("PUT", "faults", [{ kind: "unavailable", api: "cloud", times: 1 }])
        assert.strictEqual((yield* Effect.flip(get(id))).reason._tag, "Unavailable")
        assert.deepStrictEqual(yield* counts, { get: 0, token: 1 })
        yield* get(id)
        assert.deepStrictEqual(yield* counts, { get: 1, token: 2 })
      })
    )
  })

  it.effect("exchanges what the file of a workload holds by then", () =>
    Effect.gen(function* () {
      const { write } = yield* folder
      const tokenFile = yield* write("subject", secrets.subject)
      yield* place()
      const { get } = yield* provider({ ...workload, tokenFile })
      yield* get(id)
      yield* write("subject", "eyJ.hush-hush.x")
      yield* get(id)
      yield* TestClock.adjust("12 hours")
      assert.strictEqual((yield* Effect.flip(get(id))).code, "invalid_grant")
      yield* write("subject", secrets.subject)
      yield* get(id)
      assert.deepStrictEqual(yield* counts, { get: 3, token: 3 })
    })
  )

  it.effect("runs the command of a workload again where its token is refused, and no third time", () =>
    Effect.gen(function* () {
      const { at, write } = yield* folder
      const script = yield* write(
        "subject.mjs",
        `import { appendFileSync, readFileSync } from "node:fs"
        appendFileSync(process.argv[2], ".")
        console.log(readFileSync(process.argv[2], "utf8") === "." ? "eyJ.hush-hush.x" : process.argv[3])`
      )
      yield* place()
      const command = (subject: string, runs: string) => [process.execPath, script, at(runs), subject]
      const { get } = yield* provider({ ...workload, tokenCommand: command(secrets.subject, "runs") })
      yield* get(id)
      assert.deepStrictEqual(yield* counts, { get: 1, token: 2 })
      yield* place()
      const stranger = yield* provider({ ...workload, tokenCommand: command("eyJ.hush-still.x", "other-runs") })
      assert.strictEqual((yield* Effect.flip(stranger.get(id))).reason._tag, "Unauthenticated")
      assert.deepStrictEqual(yield* counts, { get: 0, token: 2 })
    })
  )
})

layer(guarded(), { excludeTestServices: true })("a source of the cloud whose token is refused", (it) => {
  it.effect("reads its file again, and goes on with what stands there by then", () =>
    Effect.gen(function* () {
      const { write } = yield* folder
      const tokenFile = yield* write("token", "t1.out.dated")
      yield* place()
      const { get } = yield* provider({ kind: "iamToken", tokenFile })
      assert.strictEqual((yield* Effect.flip(get(id))).reason._tag, "Unauthenticated")
      assert.deepStrictEqual(yield* counts, { get: 1, token: 0 })
      yield* control("PUT", "faults", [{ kind: "slow", delay: "300ms", times: 1 }])
      const asking = yield* Effect.forkChild(get(id))
      yield* until(Effect.map(counts, (count) => count.get === 2))
      yield* write("token", secrets.iamToken)
      yield* Fiber.join(asking)
      assert.deepStrictEqual(yield* counts, { get: 3, token: 0 })
    })
  )
})

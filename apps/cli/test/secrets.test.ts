import { createServer } from "node:http"
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Credentials from "@opwatch/emulator/Credentials"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Process from "./Process.ts"

const mark = "MARKED-4f1d7a90"
const right = { TOLOKA: `right.${mark}.toloka`, CLOUD: `t1.${mark}.cloud` }
const wrong = { TOLOKA: `wrong.${mark}.toloka`, CLOUD: `t1.${mark}wrong.cloud` }

const emulator = Layer.unwrap(
  Effect.map(
    Credentials.decode({ toloka: { oauth: [right.TOLOKA] }, cloud: { iamToken: [right.CLOUD] } }),
    (credentials) => Emulator.layer({ credentials })
  )
)

/** Repeats what it was sent, in every place where an answer has room for it. */
const echo = Effect.map(
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const server = createServer((request, response) => {
        const { authorization = "" } = request.headers
        const [status, headers] =
          request.url?.endsWith("away") === true ? [302, { location: `http://127.0.0.2/${authorization}` }] : [401, {}]
        response.writeHead(status, { "x-request-id": authorization, ...headers })
        response.end(
          JSON.stringify({ code: 16, message: `${authorization} is not known`, details: [{ authorization }] })
        )
      }).listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ port, close: () => void server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ),
  ({ port }) => `http://127.0.0.1:${port}`
)

const environmentFor = Effect.fnUntraced(function* (tokens: typeof right, cloudUrl?: string) {
  const { url } = yield* Emulator
  const fileSystem = yield* FileSystem.FileSystem
  const folder = yield* fileSystem.makeTempDirectoryScoped()
  yield* fileSystem.writeFileString(`${folder}/token`, tokens.CLOUD)
  const sources = {
    toloka: { provider: "toloka", url: `${url}/api/v1`, auth: { kind: "oauth", tokenEnv: "TOLOKA" } },
    cloud: { provider: "cloud", url: cloudUrl ?? url, auth: { kind: "iamToken", tokenFile: "token" } }
  }
  yield* fileSystem.writeFileString(`${folder}/config.json`, JSON.stringify({ sources }))
  return { OPWATCH_CONFIG: `${folder}/config.json`, OPWATCH_DEBUG: "1", TOLOKA: tokens.TOLOKA }
})

const failedUpload = "toloka/57068577e4b0bf7b07a0256f"
const disk = "cloud/fhmdone0emulator0001"
const outputs = [
  ["--output", "text"],
  ["--output", "json"],
  ["--output", "ndjson"],
  ["--output", "yaml"]
]

const commands = [
  ["get", failedUpload, disk],
  ["wait", failedUpload, disk, "--timeout", "2s", "--give-up-after", "1s"],
  ["watch", failedUpload, disk],
  ["log", failedUpload],
  ["explain", failedUpload, disk],
  ["cancel", disk],
  ["cancel", disk, "--wait"]
]

/** Those that look at the credential itself. */
const inspections = [["sources"], ["doctor"]]

const assertSilent = (args: ReadonlyArray<string>, { err, out }: Process.Ended) => {
  assert.notInclude(out, mark, args.join(" "))
  assert.notInclude(err, mark, args.join(" "))
}

const runAll = (environment: Record<string, string>, forms: typeof outputs, asked = commands) =>
  Effect.forEach(
    asked.flatMap((command) => forms.map((output) => [...command, ...output])),
    (args) => Effect.tap(Process.run(args, environment), (ended) => Effect.sync(() => assertSilent(args, ended))),
    { concurrency: 4 }
  )

layer(Layer.merge(emulator, NodeServices.layer), { excludeTestServices: true })("a credential", (it) => {
  it.effect(
    "that is right is never printed, by any command in any form",
    () =>
      Effect.gen(function* () {
        const environment = yield* environmentFor(right)
        const [got] = yield* runAll(environment, outputs)
        assert.strictEqual(got?.code, 0)
        const looked = yield* runAll(environment, outputs.slice(0, 2), inspections)
        assert.deepStrictEqual([...new Set(looked.map(({ code }) => code))], [0])
      }),
    60_000
  )

  it.effect(
    "that is wrong is never printed, and is exit code 5",
    () =>
      Effect.gen(function* () {
        const asked = [...commands, ["doctor"]]
        const ended = yield* runAll(yield* environmentFor(wrong), outputs.slice(0, 2), asked)
        assert.deepStrictEqual([...new Set(ended.map(({ code }) => code))], [5])
      }),
    60_000
  )

  it.effect(
    "that the provider repeats is never printed",
    () =>
      Effect.gen(function* () {
        const environment = yield* environmentFor(right, yield* echo)
        for (const output of outputs) {
          const args = ["get", disk, ...output]
          const ended = yield* Process.run(args, environment)
          assertSilent(args, ended)
          assert.include(ended.err, "<redacted> is not known")
          assert.strictEqual(ended.code, 5)
        }
        const looked = yield* Process.run(["doctor", "cloud"], environment)
        assertSilent(["doctor"], looked)
        assert.include(looked.out, "<redacted> is not known")
      }),
    60_000
  )

  it.effect(
    "does not follow a redirect to another host, which is exit code 6",
    () =>
      Effect.gen(function* () {
        const args = ["get", "cloud/away"]
        const ended = yield* Process.run(args, yield* environmentFor(right, yield* echo))
        assertSilent(args, ended)
        assert.match(ended.err, /redirects to .*; credentials go to the configured host only, so it was not followed/)
        assert.strictEqual(ended.code, 6)
      }),
    60_000
  )
})

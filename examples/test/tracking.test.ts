import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { assert, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const main = fileURLToPath(import.meta.resolve("@opwatch/server/main"))

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "opwatch-example-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/** The server app as a process of its own, on the emulator. */
class Server extends Context.Service<Server, { readonly url: string }>()("@opwatch/examples/test/Server") {
  static readonly layer = Layer.effect(
    Server,
    Effect.gen(function* () {
      const { url } = yield* Emulator
      const state = yield* folder
      const config = join(state, "config.json")
      const toloka = { provider: "toloka", url: `${url}/api/v1` }
      writeFileSync(config, JSON.stringify({ sources: { toloka, cloud: { provider: "cloud", url } } }))
      const { NODE_COMPILE_CACHE, PATH } = process.env
      const env = { NODE_COMPILE_CACHE, PATH, OPWATCH_CONFIG: config, OPWATCH_PORT: "0", XDG_STATE_HOME: state }
      const child = yield* Effect.acquireRelease(
        Effect.sync(() => spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] })),
        (child) =>
          Effect.promise(async () => {
            const closed = new Promise((resolve) => child.once("close", resolve))
            if (child.kill()) await closed
          })
      )
      return yield* Effect.promise(async () => {
        for await (const line of createInterface(child.stderr)) {
          const found = /listening on (http:\S+)/.exec(line)?.[1]
          if (found !== undefined) return { url: found }
        }
        throw new Error("the server does not listen")
      })
    })
  )
}

const run = Effect.fnUntraced(function* (program: string, ...references: ReadonlyArray<string>) {
  const { url } = yield* Server
  const path = join(import.meta.dirname, "..", "src", program)
  const child = spawn(process.execPath, [path, ...references], { env: { ...process.env, OPWATCH_SERVER: url } })
  const [output, errors] = yield* Effect.promise(() => Promise.all([text(child.stdout), text(child.stderr)]))
  return { lines: output.trim().split("\n"), errors }
})

/** Ends by itself a little later. */
const script = Effect.fnUntraced(function* (id: string, end: object) {
  const { url } = yield* Emulator
  const body = JSON.stringify({ api: "cloud", id, steps: [{ after: "300ms", set: { done: true, ...end } }] })
  yield* Effect.promise(() => fetch(`${url}/_emulator/operations`, { method: "POST", body }))
})

const quota = { error: { code: 8, message: "Quota" } }

layer(Layer.provideMerge(Server.layer, Emulator.layer()), { excludeTestServices: true })("the examples", (it) => {
  it.effect("track a group and say how it ended, with Effect", () =>
    Effect.gen(function* () {
      yield* script("with-effect", quota)
      const { errors, lines } = yield* run(
        "track-with-effect.ts",
        "nowhere/x",
        "cloud/with-effect",
        "toloka/57068577e4b0bf7b07a0256f"
      )
      assert.strictEqual(errors, "")
      assert.match(lines[0] ?? "", /^nowhere\/x: there is no source "nowhere"/)
      assert.strictEqual(lines[1], "2 tracked: 0 succeeded, 2 failed")
      assert.include(lines, "cloud/with-effect: failed, RESOURCE_EXHAUSTED: Quota")
      assert.match(lines.join("\n"), /Uploading task suites .* failed/)
    })
  )

  it.effect("track and follow operations, with promises", () =>
    Effect.gen(function* () {
      yield* script("promised", { response: {} })
      yield* script("broken", quota)
      const { errors, lines } = yield* run(
        "track-with-promises.ts",
        "cloud/promised",
        "cloud/broken",
        "nowhere/x",
        "no ref"
      )
      assert.deepStrictEqual(lines, [
        "cloud/promised: succeeded",
        "cloud/broken: failed, RESOURCE_EXHAUSTED: Quota",
        "nowhere/x: the server knows no such source",
        'no ref: "no ref" is not a reference to an operation, as toloka/57068577e4b0bf7b07a0256f is',
        "2 tracked: 1 succeeded, 1 failed"
      ])
      assert.match(errors, /^cloud\/promised: succeeded$/m)
    })
  )
})

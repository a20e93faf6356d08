import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Emulator } from "@opwatch/emulator/Emulator"

const program = join(import.meta.dirname, "..", "src", "wait-for-both.ts")

const configuration = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "opwatch-example-"))
      const path = join(folder, "config.json")
      const sources = {
        toloka: { provider: "toloka", url: `${url}/api/v1` },
        cloud: { provider: "cloud", url }
      }
      writeFileSync(path, JSON.stringify({ sources }))
      return { folder, path }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const run = Effect.fnUntraced(function* (...references: ReadonlyArray<string>) {
  const { url } = yield* Emulator
  const { path } = yield* configuration(url)
  const child = spawn(process.execPath, [program, ...references], { env: { ...process.env, OPWATCH_CONFIG: path } })
  const [output, errors] = yield* Effect.promise(() => Promise.all([text(child.stdout), text(child.stderr)]))
  assert.strictEqual(errors, "")
  return output.trim().split("\n").toSorted()
})

it.live("waits for an operation of each provider", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* run(), [
      "cloud/fhmdone0emulator0001: succeeded",
      "toloka/57068577e4b0bf7b07a0256f: failed"
    ])
  }).pipe(Effect.scoped, Effect.provide(Emulator.layer()))
)

it.live("waits until one that is running has ended, and says what went wrong with the other", () =>
  Effect.gen(function* () {
    const { url } = yield* Emulator
    const script = {
      api: "cloud",
      id: "soon",
      steps: [{ after: "700ms", set: { done: true, error: { code: 8, message: "Quota" } } }]
    }
    yield* Effect.promise(() => fetch(`${url}/_emulator/operations`, { method: "POST", body: JSON.stringify(script) }))
    assert.deepStrictEqual(yield* run("toloka/absent", "cloud/soon"), [
      "cloud/soon: failed, RESOURCE_EXHAUSTED: Quota",
      "toloka/absent: there is no such operation"
    ])
  }).pipe(Effect.scoped, Effect.provide(Emulator.layer()))
)

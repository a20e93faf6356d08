/** Runs the command as users do, as a process of its own, against an emulator in this one. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as EmulatorConfiguration from "../src/EmulatorConfiguration.ts"

const bin = fileURLToPath(new URL("../bin/opwatch.mjs", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A process with what it has printed so far. It is killed when the scope closes, should it still run. */
export const start = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  environment: Record<string, string> = {},
  stdin = ""
) {
  const state = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "opwatch-state-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  const { NODE_COMPILE_CACHE, PATH } = process.env
  const env = { NODE_COMPILE_CACHE, PATH, XDG_STATE_HOME: state, ...environment }
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [bin, ...args], { env })),
    (child) => Effect.sync(() => void child.kill("SIGKILL"))
  )
  const printed = { out: "", err: "" }
  child.stdout.on("data", (chunk) => (printed.out += String(chunk)))
  child.stderr.on("data", (chunk) => (printed.err += String(chunk)))
  child.stdin.end(stdin)
  const closed = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...printed })))
  return {
    child,
    /** What it has printed so far. */
    printed,
    ended: Effect.promise(() => closed),
    /** Waits until this has been printed, on either stream. */
    said: (text: string) =>
      Effect.promise(async () => {
        while (!`${printed.out}${printed.err}`.includes(text)) {
          await new Promise((resolve) => child.stdout.once("data", resolve) && child.stderr.once("data", resolve))
        }
      })
  }
})

export const run = (args: ReadonlyArray<string>, environment?: Record<string, string>, stdin?: string) =>
  Effect.scoped(Effect.flatMap(start(args, environment, stdin), ({ ended }) => ended))

/** The environment in which `toloka` and `cloud` are the emulator. */
export const onEmulator = Effect.gen(function* () {
  const { url } = yield* Emulator
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* fileSystem.makeTempFileScoped({ prefix: "opwatch-test-", suffix: ".yaml" })
  yield* fileSystem.writeFileString(path, EmulatorConfiguration.make(url).yaml)
  return { OPWATCH_CONFIG: path }
})

/** Gives the emulator an operation to run, from now on. */
export const script = Effect.fnUntraced(function* (document: object) {
  const { url } = yield* Emulator
  const body = JSON.stringify(document)
  const headers = { "content-type": "application/json" }
  const answer = yield* Effect.promise(() => fetch(`${url}/_emulator/operations`, { method: "POST", headers, body }))
  if (!answer.ok) throw new Error(`the emulator refused the script: ${answer.status}`)
})

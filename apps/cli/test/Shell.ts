/** Runs programs that find `opwatch` on their PATH, as people and CI systems do. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { Ended } from "./Process.ts"

const bin = fileURLToPath(new URL("../bin/opwatch.mjs", import.meta.url))

export interface Options {
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
  readonly stdin?: string | Uint8Array
}

/** A PATH on which `opwatch` is this one. */
export const path = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const folder = yield* fileSystem.makeTempDirectoryScoped({ prefix: "opwatch-path-" })
  const opwatch = `${folder}/opwatch`
  yield* fileSystem.writeFileString(opwatch, `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`)
  yield* fileSystem.chmod(opwatch, 0o755)
  return `${folder}:${process.env["PATH"] ?? ""}`
})

/** Runs a program to its end. */
export const run = Effect.fnUntraced(function* (
  [program = "", ...args]: ReadonlyArray<string>,
  { environment = {}, folder, stdin = "" }: Options = {}
) {
  const PATH = yield* path
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(program, args, { cwd: folder, env: { PATH, ...environment } })),
    (child) => Effect.sync(() => void child.kill("SIGKILL"))
  )
  const printed = { out: "", err: "" }
  child.stdout.on("data", (chunk) => (printed.out += String(chunk)))
  child.stderr.on("data", (chunk) => (printed.err += String(chunk)))
  // A program that ends without reading it breaks the pipe.
  child.stdin.on("error", () => {}).end(stdin)
  return yield* Effect.promise(
    () => new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...printed })))
  )
}, Effect.scoped)

/** Runs the server as a process of its own. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "opwatch-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** A configuration whose one reachable source is at this URL. */
export const configuration = (url: string) =>
  folder.pipe(
    Effect.map((folder) => {
      const path = join(folder, "config.json")
      writeFileSync(path, JSON.stringify({ sources: { cloud: { provider: "cloud", url, auth: { kind: "none" } } } }))
      return path
    })
  )

/** The server as a process, killed with the scope if it still runs. What it keeps goes with the scope, unless told where. */
export const run = Effect.fnUntraced(function* (environment: Record<string, string>) {
  const { NODE_COMPILE_CACHE, PATH } = process.env
  const env = { NODE_COMPILE_CACHE, PATH, XDG_STATE_HOME: yield* folder, ...environment }
  return yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [main], { env })
      const seen = { error: "", output: "", code: undefined as number | null | undefined }
      child.stderr.on("data", (chunk: Buffer) => (seen.error += chunk.toString()))
      child.stdout.on("data", (chunk: Buffer) => (seen.output += chunk.toString()))
      child.on("close", (code) => (seen.code = code))
      return { child, seen }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )
})

export const until = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.fail("not yet" as const))),
    Effect.retry(Schedule.spaced("10 millis")),
    Effect.timeout("1 minute"),
    Effect.orDie
  )

/** Starts it on a free port and waits until it listens. */
export const listening = Effect.fnUntraced(function* (environment: Record<string, string>) {
  const { child, seen } = yield* run({ OPWATCH_PORT: "0", ...environment })
  yield* until(() => seen.error.includes("\n"))
  const url = /^opwatch is listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(seen.error)?.[1]
  if (url === undefined) throw new Error(`the server does not listen: ${seen.error}`)
  return { child, seen, url }
})

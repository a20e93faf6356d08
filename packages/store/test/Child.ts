/** Another process on the same file, as tests start it; it is killed with its scope at the latest. */
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import { fileURLToPath } from "node:url"

export interface Child {
  readonly pid: number | undefined
  readonly output: () => string
  readonly errors: () => string
  /** When the output matches. */
  readonly told: (pattern: RegExp) => Effect.Effect<void>
  readonly ended: Effect.Effect<number | null>
  /** As by `kill -9`. */
  readonly kill: Effect.Effect<void>
}

/** Runs one of the scripts beside this file. */
export const start = Effect.fnUntraced(function* (script: string, ...args: ReadonlyArray<string>) {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => ChildProcess.spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "pipe"] })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const said = { output: "", errors: "" }
  child.stdout.setEncoding("utf8").on("data", (text) => (said.output += text))
  child.stderr.setEncoding("utf8").on("data", (text) => (said.errors += text))
  const ended = Effect.callback<number | null>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.succeed(child.exitCode))
    child.once("close", (code) => resume(Effect.succeed(code)))
  })
  const result: Child = {
    pid: child.pid,
    output: () => said.output,
    errors: () => said.errors,
    told: (pattern) =>
      Effect.callback<void>((resume) => {
        const look = () => {
          if (!pattern.test(said.output)) return
          child.stdout.off("data", look)
          resume(Effect.void)
        }
        child.stdout.on("data", look)
        child.once("close", () => resume(Effect.die(new Error(`It ended without: ${said.errors}`))))
        look()
      }),
    ended,
    kill: Effect.andThen(
      Effect.sync(() => child.kill("SIGKILL")),
      ended
    ).pipe(Effect.asVoid)
  }
  return result
})

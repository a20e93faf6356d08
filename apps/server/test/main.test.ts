import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

/** Something that answers as the cloud does: every operation is running. */
const provider = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify({ id: request.url?.split("/").at(-1), done: false }))
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close: () => void server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

/** A configuration whose one reachable source is at this URL. */
const configuration = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "opwatch-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ).pipe(
    Effect.map((folder) => {
      const path = join(folder, "config.json")
      writeFileSync(path, JSON.stringify({ sources: { cloud: { provider: "cloud", url, auth: { kind: "none" } } } }))
      return path
    })
  )

/** The server as a process, killed with the scope if it still runs. */
const run = (environment: Record<string, string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [main], { env: { PATH: process.env["PATH"], ...environment } })
      const seen = { error: "", output: "", code: undefined as number | null | undefined }
      child.stderr.on("data", (chunk: Buffer) => (seen.error += chunk.toString()))
      child.stdout.on("data", (chunk: Buffer) => (seen.output += chunk.toString()))
      child.on("close", (code) => (seen.code = code))
      return { child, seen }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

const until = (condition: () => boolean) =>
  Effect.sync(condition).pipe(
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.fail("not yet" as const))),
    Effect.retry(Schedule.spaced("10 millis")),
    Effect.timeout("15 seconds"),
    Effect.orDie
  )

describe("The server process", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it.live(
      `says where it listens, answers, and stops at ${signal} while events are open`,
      () =>
        Effect.gen(function* () {
          const { url } = yield* provider
          const config = yield* configuration(url)
          const { child, seen } = yield* run({ OPWATCH_PORT: "0", OPWATCH_CONFIG: config })
          yield* until(() => seen.error.includes("\n"))
          const line = /^opwatch is listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(seen.error)
          assert.isNotNull(line, seen.error)
          const base = line?.[1] ?? ""

          const answer = yield* Effect.promise(() => fetch(`${base}/v1/operations/cloud/op-1`))
          const text = yield* Effect.promise(() => answer.text())
          assert.strictEqual(answer.status, 200, text + seen.error)
          assert.include(text, `"state":"running"`)
          const events = yield* Effect.promise(() => fetch(`${base}/v1/operations/cloud/op-1/events`))
          assert.strictEqual(events.status, 200)

          const started = performance.now()
          child.kill(signal)
          yield* until(() => seen.code !== undefined)
          assert.strictEqual(seen.code, 0)
          assert.isBelow(performance.now() - started, 5_000)
          assert.strictEqual(seen.output, "")
        }),
      30_000
    )
  }

  const wrong: ReadonlyArray<readonly [Record<string, string>, ReadonlyArray<string>]> = [
    [{ OPWATCH_HOST: "0.0.0.0" }, ["OPWATCH_HOST", "0.0.0.0", "without API keys it listens on loopback only"]],
    [{ OPWATCH_PORT: "http" }, ["OPWATCH_PORT", "http", "from 0 to 65535"]],
    [{ OPWATCH_PORT: "0", OPWATCH_CONFIG: "/does/not/exist" }, ["OPWATCH_CONFIG", "/does/not/exist"]]
  ]
  for (const [environment, named] of wrong) {
    it.live(
      `ends with code 2 and one line for ${JSON.stringify(environment)}`,
      () =>
        Effect.gen(function* () {
          const { seen } = yield* run(environment)
          yield* until(() => seen.code !== undefined)
          assert.strictEqual(seen.code, 2)
          assert.match(seen.error, /^opwatch: [^\n]+\n$/)
          for (const part of named) assert.include(seen.error, part)
        }),
      30_000
    )
  }

  it.live(
    "ends with code 2 and one line when the port is taken",
    () =>
      Effect.gen(function* () {
        const { url } = yield* provider
        const port = new URL(url).port
        const { seen } = yield* run({ OPWATCH_PORT: port })
        yield* until(() => seen.code !== undefined)
        assert.strictEqual(seen.code, 2)
        assert.match(seen.error, /^opwatch: [^\n]+\n$/)
        assert.include(seen.error, `port ${port}`)
      }),
    30_000
  )
})

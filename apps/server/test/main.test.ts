import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { createServer } from "node:http"
import { configuration, listening, run, until } from "./Process.ts"

/** Something that answers as the cloud does: every operation is running, until it is asked for one and is silent from then on. */
const provider = Effect.acquireRelease(
  Effect.callback<{
    readonly url: string
    readonly isSilent: () => boolean
    readonly close: () => void
  }>((resume) => {
    let isSilent = false
    const server = createServer((request, response) => {
      isSilent ||= request.url?.endsWith("/silent") === true
      if (isSilent) return
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify({ id: request.url?.split("/").at(-1), done: false }))
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const url = `http://127.0.0.1:${port}`
      resume(Effect.succeed({ url, isSilent: () => isSilent, close: () => void server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

describe("The server process", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it.live(
      `says where it listens, answers, and stops at ${signal} while events are open and a request has no answer`,
      () =>
        Effect.gen(function* () {
          const { isSilent, url } = yield* provider
          const config = yield* configuration(url)
          const { child, seen, url: base } = yield* listening({ OPWATCH_CONFIG: config })

          const answer = yield* Effect.promise(() => fetch(`${base}/v1/operations/cloud/op-1`))
          const text = yield* Effect.promise(() => answer.text())
          assert.strictEqual(answer.status, 200, text + seen.error)
          assert.include(text, `"state":"running"`)
          const events = yield* Effect.promise(() => fetch(`${base}/v1/operations/cloud/op-1/events`))
          assert.strictEqual(events.status, 200)
          const silent = yield* Effect.forkChild(Effect.promise(() => fetch(`${base}/v1/operations/cloud/silent`)))
          yield* until(isSilent)

          const started = performance.now()
          child.kill(signal)
          yield* until(() => seen.code !== undefined)
          assert.strictEqual(seen.code, 0)
          assert.isBelow(performance.now() - started, 5_000)
          assert.strictEqual(seen.output, "")
          const { headers, status } = yield* Fiber.join(silent)
          assert.deepStrictEqual([status, headers.get("retry-after")], [503, "1"])
        }),
      60_000
    )
  }

  const wrong: ReadonlyArray<readonly [Record<string, string>, ReadonlyArray<string>]> = [
    [{ OPWATCH_HOST: "0.0.0.0" }, ["OPWATCH_HOST", "0.0.0.0", "without API keys it listens on loopback only"]],
    [{ OPWATCH_PORT: "0", OPWATCH_CONFIG: "/does/not/exist" }, ["OPWATCH_CONFIG", "/does/not/exist"]],
    [{ OPWATCH_CLUSTER_HOST: "10.0.0.7", OPWATCH_DATABASE_URL: "file:x.db" }, ["OPWATCH_DATABASE_URL", "postgres://"]],
    [{ OPWATCH_CLUSTER_HOST: "10.0.0.7", OPWATCH_CLUSTER_LEASE: "1s" }, ["OPWATCH_CLUSTER_LEASE", "from 3s to 10m"]]
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
      60_000
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
    60_000
  )
})

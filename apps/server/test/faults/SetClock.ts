/**
 * A wall clock that is set while a receiver of webhooks hangs: polls, waits and events go on as if nothing had happened, whoever
 * answers has its webhooks at once, and whoever hangs is given up for now and tried again.
 */
import { assert } from "@effect/vitest"
import type { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { createServer } from "node:net"
import { join } from "node:path"
import * as EventReader from "../crash/EventReader.ts"
import * as Hooks from "../crash/Hooks.ts"
import * as KilledServer from "../crash/KilledServer.ts"
import { folder, until } from "../Process.ts"
import * as Providers from "../Providers.ts"

const headers = { "content-type": "application/json" }
const hours = 3_600_000

/** Takes connections and answers nothing. */
const hanging = Effect.gen(function* () {
  let count = 0
  const server = createServer((socket) => {
    count += 1
    socket.on("error", () => {}).resume()
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close())
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/`, count: () => count }
})

interface Listed {
  readonly deliveries: ReadonlyArray<{ readonly url: string; readonly attempts: number; readonly lastError?: string }>
}

const running = (id: string) => ({ api: "cloud", id, operation: { description: "an operation" } })
const ended = (id: string) => ({ ...running(id), steps: [{ set: { done: true, response: {} } }] })

export const outlast = Effect.gen(function* (): Effect.fn.Return<void, never, Scope.Scope | Emulator> {
  const server = yield* KilledServer.make({
    OPWATCH_CONFIG: yield* Providers.configuration,
    OPWATCH_DATABASE_URL: `file:${join(yield* folder, "opwatch.db")}`
  })
  yield* server.start
  const send = Effect.fnUntraced(function* (method: string, path: string, body: object) {
    const { status, text } = yield* server.ask(path, { method, headers, body: JSON.stringify(body) })
    assert.strictEqual(status, 201, text)
  })
  const track = (id: string, body: object = {}) => send("PUT", `/v1/operations/cloud/${id}`, body)
  const slow = yield* hanging
  const good = yield* Hooks.make(() => 1)
  yield* send("POST", "/v1/subscriptions", { url: slow.url })
  yield* send("POST", "/v1/subscriptions", { url: good.url })
  const reader = yield* EventReader.make(server, { path: "/v1/events", after: "0" })
  const told = (line: string) => until(() => reader.told.some(({ ref, type }) => `${ref} ${type}` === line))

  yield* Providers.place([running("a"), running("b"), ended("c"), ended("d"), ended("e")])
  yield* track("a", { deadline: "2h" })
  yield* track("b")
  yield* told("cloud/a operation.changed")
  yield* told("cloud/b operation.changed")
  yield* server.setClock(6 * hours)
  yield* track("e", { deadline: "2h" })
  yield* told("cloud/a operation.overdue")
  yield* Providers.place([ended("a")])
  yield* told("cloud/a operation.finished")
  const began = performance.now()
  const waited = yield* server.ask("/v1/operations/cloud/b/wait?timeout=500ms")
  assert.include(waited.text, `"state":"running"`)
  assert.isBelow(performance.now() - began, 5_000)

  yield* server.setClock(-6 * hours)
  yield* Providers.place([ended("b")])
  yield* told("cloud/b operation.finished")
  yield* track("c")
  yield* told("cloud/c operation.finished")
  yield* until(() => good.missing("/", reader.told).length === 0)

  const failed = Effect.map(server.ask("/v1/deliveries?status=pending"), ({ text }) => {
    const { deliveries }: Listed = JSON.parse(text)
    return deliveries.filter(({ attempts, url }) => attempts > 0 && url === slow.url)
  })
  const [first] = yield* Effect.repeat(failed, {
    until: (some) => some.length > 0,
    schedule: Schedule.spaced("100 millis")
  })
  assert.match(first?.lastError ?? "", /^no answer within 15/)
  const before = slow.count()
  yield* server.setClock(0)
  yield* track("d")
  yield* told("cloud/d operation.finished")
  yield* until(() => slow.count() > before)

  assert.deepStrictEqual(
    reader.told.map(({ id }) => id),
    reader.told.map((_, index) => String(index + 1))
  )
  assert.strictEqual(reader.connections, 1)
  assert.strictEqual((yield* server.ask("/readyz")).status, 200)
})

/**
 * A database that is in trouble while the server runs: who asks is told so, `/readyz` says why, the server goes on by itself
 * once it is over, and what happened meanwhile is told, once and in order.
 */
import { assert } from "@effect/vitest"
import type { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as EventReader from "../crash/EventReader.ts"
import * as KilledServer from "../crash/KilledServer.ts"
import { run, until } from "../Process.ts"
import * as Providers from "../Providers.ts"

export interface Trouble {
  readonly begin: Effect.Effect<unknown>
  readonly end: Effect.Effect<unknown>
  /** How `/readyz` says it. */
  readonly words: RegExp
  /** In seconds. */
  readonly retryAfter: string
  /** Whether what is stored can be read meanwhile. */
  readonly isReadable: boolean
  /** The database of another server, which is in the same trouble and so does not start. */
  readonly other: string
}

export const outlast = Effect.fnUntraced(function* (
  database: string,
  trouble: Trouble
): Effect.fn.Return<void, never, Scope.Scope | Emulator> {
  const environment = { OPWATCH_CONFIG: yield* Providers.configuration }
  const server = yield* KilledServer.make({ ...environment, OPWATCH_DATABASE_URL: database })
  const track = (id: string) => server.ask(`/v1/operations/cloud/${id}`, { method: "PUT" })
  const ready = server.ask("/readyz")
  const readyWith = (wanted: number) =>
    Effect.repeat(ready, { until: ({ status }) => status === wanted, schedule: Schedule.spaced("20 millis") })
  yield* server.start

  const goesOn = { api: "cloud", operation: { description: "an operation" } }
  const ends = { ...goesOn, id: "first", steps: [{ set: { done: true, response: {} } }] }
  yield* Providers.place([
    { ...goesOn, id: "first" },
    { ...goesOn, id: "second" }
  ])
  const reader = yield* EventReader.make(server, { path: "/v1/events", after: "0" })
  assert.strictEqual((yield* track("first")).status, 201)
  yield* until(() => reader.told.length === 1)
  yield* readyWith(200)
  const waiting = yield* Effect.forkScoped(server.request("/v1/operations/cloud/first/wait?timeout=60s"))

  yield* trouble.begin
  const refused = yield* track("second")
  assert.strictEqual(refused.status, 503)
  assert.include(refused.text, "urn:opwatch:problem:store-unavailable")
  assert.strictEqual(refused.retryAfter, trouble.retryAfter)
  yield* Providers.place([ends])
  const before = yield* Providers.polls("first")
  yield* Effect.repeat(Providers.polls("first"), {
    until: (now) => now > before,
    schedule: Schedule.spaced("20 millis")
  })
  const { text } = yield* readyWith(503)
  assert.match(text, trouble.words)
  assert.strictEqual((yield* server.ask("/v1/operations")).status, trouble.isReadable ? 200 : 503)
  assert.strictEqual((yield* server.ask("/healthz")).status, 200)
  const other = yield* run({ ...environment, OPWATCH_DATABASE_URL: trouble.other, OPWATCH_PORT: "0" })
  yield* until(() => other.seen.code !== undefined)
  assert.deepStrictEqual([other.seen.code, other.seen.error.split("\n").length], [2, 2], other.seen.error)
  assert.match(other.seen.error, trouble.words)

  yield* trouble.end
  yield* readyWith(200)
  assert.include([200, 201], (yield* track("second")).status)
  yield* until(() => reader.told.length === 3)
  const waited = yield* Fiber.join(waiting).pipe(Effect.orDie)
  assert.include(waited.text, `"state":"succeeded"`)
  assert.deepStrictEqual(
    reader.told.map(({ id, ref, state }) => `${id} ${ref} ${state}`).toSorted(),
    reader.told[1]?.ref === "cloud/first"
      ? ["1 cloud/first running", "2 cloud/first succeeded", "3 cloud/second running"]
      : ["1 cloud/first running", "2 cloud/second running", "3 cloud/first succeeded"]
  )
  assert.strictEqual(reader.connections, 1)
  assert.strictEqual(server.startTimes.length, 1)
})

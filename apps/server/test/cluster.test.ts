/** Several servers as processes that share a Postgres: each is asked, and one is killed. */
import { assert, layer } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { createServer } from "node:http"
import * as Scripts from "./crash/Scripts.ts"
import { listen } from "./Loopback.ts"
import { listening, run, until } from "./Process.ts"
import * as Providers from "./Providers.ts"

const freePort = Effect.suspend(() => listen(createServer())).pipe(
  Effect.map((url) => new URL(url).port),
  Effect.scoped
)

/** On a database of its own, without a port to join by. */
const environment = Effect.gen(function* () {
  const url = yield* (yield* PostgresServer).database
  return {
    OPWATCH_CONFIG: yield* Providers.configuration,
    OPWATCH_DATABASE_URL: Redacted.value(url).href,
    OPWATCH_CLUSTER_HOST: "127.0.0.1",
    OPWATCH_CLUSTER_LEASE: "3s"
  }
})

const ask = (url: string, init?: RequestInit) => Effect.promise(async () => (await fetch(url, init)).text())

const track = (url: string, refs: ReadonlyArray<string>) =>
  ask(`${url}/v1/operations/batch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ operations: refs.map((ref) => ({ ref })) })
  })

/** How many operations this server polls. */
const polled = Effect.fnUntraced(function* (url: string) {
  const counts = (yield* ask(`${url}/metrics`)).matchAll(/^opwatch_operations\{.*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
})

/** The state of each operation as the server tells it. */
const states = Effect.fnUntraced(function* (url: string) {
  const page: { readonly operations: ReadonlyArray<{ readonly ref: string; readonly state: string }> } = JSON.parse(
    yield* ask(`${url}/v1/operations`)
  )
  return Object.fromEntries(page.operations.map(({ ref, state }) => [ref, state]))
})

const eventually = <A, E, R>(effect: Effect.Effect<A, E, R>, holds: (value: A) => boolean) =>
  effect.pipe(
    Effect.repeat({ until: holds, schedule: Schedule.spaced("50 millis") }),
    Effect.timeout("1 minute"),
    Effect.orDie
  )

const both = Layer.merge(Emulator.layer({ builtin: false }), PostgresServer.layer)

layer(both, { excludeTestServices: true, timeout: "30 seconds" })("Servers of a cluster", (it) => {
  it.effect("share what is polled, take over from one that is killed, and all tell how each operation ended", () =>
    Effect.gen(function* () {
      const shared = yield* environment
      const random = yield* Random.withSeed(Random.Random, "cluster")
      const scripts = Scripts.make(60, { chance: () => random.nextDoubleUnsafe(), longest: 6_000, vanishing: 0 })
      const join = Effect.flatMap(freePort, (port) => listening({ ...shared, OPWATCH_CLUSTER_PORT: port }))
      const [first, second, third] = yield* Effect.all([join, join, join], { concurrency: 3 })
      yield* Providers.place(scripts.map(({ script }) => script))
      const refs = scripts.map(({ ref }) => ref)
      for (const [index, { url }] of [first, second, third].entries()) {
        yield* track(url, refs.slice(20 * index, 20 * (index + 1)))
      }
      const survivors = [second.url, third.url]
      for (const url of survivors) yield* eventually(polled(url), (count) => count > 0)

      first.child.kill("SIGKILL")
      const ends = Object.fromEntries(scripts.map(({ ref, state }) => [ref, state]))
      const isDone = (found: Readonly<Record<string, string>>) =>
        Object.entries(found).every(([ref, state]) => ends[ref] === state)
      for (const url of survivors) assert.deepStrictEqual(yield* eventually(states(url), isDone), ends)
    })
  )

  it.effect("end with code 2 and one line when they cannot listen for others", () =>
    Effect.gen(function* () {
      const { port } = yield* PostgresServer
      const { seen } = yield* run({
        ...(yield* environment),
        OPWATCH_PORT: "0",
        OPWATCH_CLUSTER_PORT: String(port)
      })
      yield* until(() => seen.code !== undefined)
      assert.strictEqual(seen.code, 2, seen.error)
      assert.match(seen.error, /^opwatch: cannot listen for other runners on port [^\n]+\n$/)
    })
  )
})

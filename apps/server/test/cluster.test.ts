/** Several servers as processes that share a Postgres: each is asked, and one is killed. */
import { assert, layer } from "@effect/vitest"
import type { Cluster } from "@opwatch/core/Cluster"
import { Emulator } from "@opwatch/emulator/Emulator"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Scripts from "./crash/Scripts.ts"
import * as Nodes from "./cluster/Nodes.ts"
import { until } from "./Process.ts"
import * as Providers from "./Providers.ts"

/** The states of so many runners that have a partition or had one, as the server tells them once each partition has an owner. */
const runners = Effect.fnUntraced(function* (url: string, count: number) {
  const asked = Effect.map(Nodes.ask(`${url}/v1/cluster`), (text): Cluster => JSON.parse(text))
  const isSettled = ({ runners, unowned }: Cluster) =>
    unowned.length === 0 && runners.filter(({ partitions }) => partitions.length > 0).length === count
  return (yield* Nodes.eventually(asked, isSettled)).runners.map(({ state }) => state).toSorted()
})

const both = Layer.merge(Emulator.layer({ builtin: false }), PostgresServer.layer)

layer(both, { excludeTestServices: true, timeout: "30 seconds" })("Servers of a cluster", (it) => {
  it.effect("share what is polled, take over from one that is killed, and all tell how each operation ended", () =>
    Effect.gen(function* () {
      const nodes = yield* Nodes.make()
      const random = yield* Random.withSeed(Random.Random, "cluster")
      const scripts = Scripts.make(60, { chance: () => random.nextDoubleUnsafe(), longest: 6_000, vanishing: 0 })
      const join = nodes.start()
      const [first, second, third] = yield* Effect.all([join, join, join], { concurrency: 3 })
      yield* Providers.place(scripts.map(({ script }) => script))
      const refs = scripts.map(({ ref }) => ref)
      for (const [index, { url }] of [first, second, third].entries()) {
        yield* Nodes.track(url, refs.slice(20 * index, 20 * (index + 1)))
      }
      const survivors = [second.url, third.url]
      for (const url of survivors) yield* Nodes.eventually(Nodes.polled(url), (count) => count > 0)
      for (const { url } of [first, second, third]) {
        assert.deepStrictEqual(yield* runners(url, 3), ["alive", "alive", "alive"])
      }

      first.child.kill("SIGKILL")
      const ends = Object.fromEntries(scripts.map(({ ref, state }) => [ref, state]))
      const isDone = (found: Readonly<Record<string, string>>) =>
        Object.entries(found).every(([ref, state]) => ends[ref] === state)
      for (const url of survivors) assert.deepStrictEqual(yield* Nodes.eventually(Nodes.states(url), isDone), ends)
      for (const url of survivors) {
        yield* Nodes.eventually(runners(url, 3), (states) => states.includes("lost"))
      }
      second.child.kill("SIGTERM")
      assert.deepStrictEqual(yield* runners(third.url, 2), ["alive", "lost"])
    })
  )

  it.effect("end with code 2 and one line when they cannot listen for others", () =>
    Effect.gen(function* () {
      const { port } = yield* PostgresServer
      const { seen } = yield* (yield* Nodes.make()).run({ clusterPort: port })
      yield* until(() => seen.code !== undefined)
      assert.strictEqual(seen.code, 2, seen.error)
      assert.match(seen.error, /^opwatch: cannot listen for other runners on port [^\n]+\n$/)
    })
  )
})

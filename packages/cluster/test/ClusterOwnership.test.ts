/**
 * Several runners as processes on one Postgres. With `OPWATCH_OUTAGES=1` there are outages too, half a minute more, and handovers have to
 * come as soon as they do on a machine that is not busy.
 */
import { assert, layer } from "@effect/vitest"
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Proxy from "@opwatch/store/test/Proxy"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ClusterSettings from "../src/ClusterSettings.ts"
import * as SocketRunners from "../src/SocketRunners.ts"
import { Fleet, lease, now } from "./Fleet.ts"
import * as KubernetesApi from "./KubernetesApi.ts"
import { isEven, isIdle, isShared, overlap } from "./Owner.ts"

const outages = process.env["OPWATCH_OUTAGES"] === "1"
const handover = outages ? 2_000 : lease

layer(PostgresServer.layer, { excludeTestServices: true, timeout: "30 seconds" })("a cluster", (it) => {
  it.effect("gives each partition one owner, whoever joins, stops or dies", () =>
    Effect.gen(function* () {
      const { start, until } = yield* Fleet
      const [first, second, third] = [yield* start(), yield* start(), yield* start()]
      yield* until(() => isEven(first, second, third))

      const stopped = now()
      yield* second.signal("SIGTERM")
      assert.isBelow((yield* until(() => isShared(first, third))) - stopped, handover)

      const killed = now()
      yield* third.signal("SIGKILL")
      assert.isBelow((yield* until(() => isShared(first))) - killed, lease + 4_000)

      assert.deepStrictEqual([overlap(first, second), overlap(first, third), overlap(second, third)], [0, 0, 0])
    }).pipe(Effect.provide(Fleet.layer))
  )

  it.effect("is not joined by who cannot listen", () =>
    Effect.gen(function* () {
      const { database, port } = yield* PostgresServer
      const taken = { host: "127.0.0.1", port }
      const settings = { ...ClusterSettings.defaults, address: taken, listen: taken }
      const { message } = yield* Effect.flip(Layer.build(SocketRunners.layer(settings, yield* database)))
      assert.include(message, `cannot listen for other runners on port ${port} of 127.0.0.1 (EADDRINUSE)`)
    })
  )

  it.effect.runIf(outages)("gives away what a frozen runner has, and takes it back when that goes on", () =>
    Effect.gen(function* () {
      const { start, until } = yield* Fleet
      const [first, second] = [yield* start(), yield* start()]
      yield* until(() => isEven(first, second))

      const frozen = now()
      yield* second.freeze
      assert.isBelow((yield* until(() => isShared(first))) - frozen, lease + 4_000)

      yield* second.thaw
      yield* until(() => isEven(first, second))
      assert.isBelow(overlap(first, second), 1_000)
    }).pipe(Effect.provide(Fleet.layer))
  )

  it.effect.runIf(outages)("has a runner that does not reach the database let go before others take over", () =>
    Effect.gen(function* () {
      const { start, until } = yield* Fleet
      const proxy = yield* Proxy.make((yield* PostgresServer).port)
      const [first, second] = [yield* start(), yield* start({ databasePort: proxy.port })]
      yield* until(() => isEven(first, second))

      const hung = now()
      yield* proxy.hang
      yield* until(() => isIdle(second))
      assert.isBelow((yield* until(() => isShared(first))) - hung, lease + 4_000)
      assert.strictEqual(overlap(first, second), 0)

      yield* proxy.cut
      yield* proxy.mend
      yield* until(() => isEven(first, second))
      assert.strictEqual(overlap(first, second), 0)
    }).pipe(Effect.provide(Fleet.layer))
  )

  it.effect.runIf(outages)("lets go without its database, and goes on with it", () =>
    Effect.gen(function* () {
      const { start, until } = yield* Fleet
      const postgres = yield* PostgresServer
      const [first, second] = [yield* start(), yield* start()]
      yield* until(() => isEven(first, second))

      const gone = now()
      yield* postgres.stop
      assert.isBelow((yield* until(() => isIdle(first) && isIdle(second))) - gone, lease)

      yield* postgres.start
      const back = now()
      assert.isBelow((yield* until(() => isShared(first, second))) - back, lease + 4_000)
      assert.strictEqual(overlap(first, second), 0)
    }).pipe(Effect.provide(Fleet.layer))
  )

  it.effect.runIf(outages)(
    "takes what a runner has whose pod is not ready or is gone, and nothing while Kubernetes fails",
    () =>
      Effect.gen(function* () {
        const { start, until } = yield* Fleet
        const kubernetes = yield* KubernetesApi.make
        const inPod = (ip: string) =>
          start({
            environment: {
              OPWATCH_CLUSTER_HOST: ip,
              OPWATCH_CLUSTER_HEALTH: "k8s",
              OPWATCH_CLUSTER_LEASE: "1m",
              KUBERNETES_API: kubernetes.url
            }
          })
        const ready = { "127.0.0.2": "ready", "127.0.0.3": "ready", "127.0.0.4": "ready" } as const
        yield* kubernetes.lists(ready)
        const [first, second, third] = [yield* inPod("127.0.0.2"), yield* inPod("127.0.0.3"), yield* inPod("127.0.0.4")]
        yield* until(() => isEven(first, second, third))

        yield* kubernetes.lists({ "127.0.0.2": "ready", "127.0.0.3": "not ready" })
        yield* until(() => isShared(first) && isIdle(second) && isIdle(third))
        yield* kubernetes.lists(ready)
        yield* until(() => isEven(first, second, third))

        yield* kubernetes.answers(503)
        yield* kubernetes.lists({})
        yield* kubernetes.isAskedTwice
        assert.isTrue(isEven(first, second, third))
      }).pipe(Effect.provide(Fleet.layer)),
    120_000
  )
})

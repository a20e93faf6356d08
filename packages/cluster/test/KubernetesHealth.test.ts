/** What counts as a living runner when Kubernetes is asked, here a server of this machine. */
import { assert, describe, it } from "@effect/vitest"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import { RunnerHealth } from "effect/cluster/RunnerHealth"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { setImmediate } from "node:timers/promises"
import * as ClusterSettings from "../src/ClusterSettings.ts"
import * as KubernetesHealth from "../src/KubernetesHealth.ts"
import * as KubernetesApi from "./KubernetesApi.ts"

const environment = {
  OPWATCH_CLUSTER_HOST: "10.0.0.7",
  OPWATCH_CLUSTER_HEALTH: "k8s",
  OPWATCH_CLUSTER_NAMESPACE: "tools",
  OPWATCH_CLUSTER_LABEL_SELECTOR: "app.kubernetes.io/name=opwatch,track in (a, b)"
}

const scene = Effect.gen(function* () {
  const api = yield* KubernetesApi.make
  const settings = Result.getOrThrow(ClusterSettings.read(undefined, environment)) ?? assert.fail()
  const context = yield* Layer.build(KubernetesHealth.layer(settings, KubernetesApi.client(api.url)))
  const { isAlive } = yield* Effect.provideContext(RunnerHealth, context)
  return { api, isAlive: (host: string, port = 34_431) => isAlive(RunnerAddress.make(host, port)) }
})

/** Lets the time between tries pass until the condition holds. */
const passing = (condition: () => boolean) =>
  TestClock.adjust("5 seconds").pipe(
    Effect.andThen(Effect.promise(() => setImmediate())),
    Effect.repeat({ until: condition })
  )

describe("the health of runners by Kubernetes", () => {
  it.effect("is asked for the pods that the settings name", () =>
    Effect.gen(function* () {
      const { api, isAlive } = yield* scene
      yield* isAlive("10.0.0.7")
      const [request = ""] = api.requests
      const { pathname, searchParams } = new URL(request, api.url)
      assert.strictEqual(pathname, "/api/v1/namespaces/tools/pods")
      assert.deepStrictEqual(Object.fromEntries(searchParams), {
        fieldSelector: "status.phase=Running",
        labelSelector: environment.OPWATCH_CLUSTER_LABEL_SELECTOR
      })
    })
  )

  it.effect("is that of the pod with the runner's IP address, whatever its port", () =>
    Effect.gen(function* () {
      const { api, isAlive } = yield* scene
      yield* api.lists({ "10.0.0.7": "ready", "10.0.0.8": "not ready", "10.0.0.9": "starting" })
      const hosts = ["10.0.0.7", "10.0.0.8", "10.0.0.9", "10.0.0.10", "opwatch-0"]
      assert.deepStrictEqual(yield* Effect.forEach(hosts, (host) => isAlive(host)), [true, false, true, false, false])
      assert.isTrue(yield* isAlive("10.0.0.7", 4080))
    })
  )

  it.effect("is up to ten seconds old: a pod that is new counts as dead for as long", () =>
    Effect.gen(function* () {
      const { api, isAlive } = yield* scene
      yield* api.lists({ "10.0.0.7": "ready" })
      assert.isTrue(yield* isAlive("10.0.0.7"))
      yield* api.lists({ "10.0.0.8": "ready" })
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual([yield* isAlive("10.0.0.7"), yield* isAlive("10.0.0.8")], [true, false])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* isAlive("10.0.0.7"), yield* isAlive("10.0.0.8")], [false, true])
      assert.strictEqual(api.requests.length, 2)
    })
  )

  it.effect("leaves all alive who may not list pods, and keeps who asks waiting while Kubernetes fails", () =>
    Effect.gen(function* () {
      const { api, isAlive } = yield* scene
      yield* api.answers(403)
      assert.isTrue(yield* isAlive("10.0.0.7"))
      yield* TestClock.adjust("10 seconds")

      yield* api.answers(503)
      const asking = yield* Effect.forkChild(isAlive("10.0.0.7"))
      yield* passing(() => api.requests.length > 3)
      assert.isUndefined(asking.pollUnsafe())
      yield* api.answers(200)
      yield* passing(() => asking.pollUnsafe() !== undefined)
      assert.isFalse(yield* Fiber.join(asking))
    }).pipe(Effect.provideService(References.MinimumLogLevel, "Error"))
  )
})

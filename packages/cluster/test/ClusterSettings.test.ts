import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as ClusterSettings from "../src/ClusterSettings.ts"

const settings = (section: unknown, environment: ClusterSettings.Environment = {}) =>
  Result.getOrThrow(ClusterSettings.read(section, environment))

const problem = (section: unknown, environment: ClusterSettings.Environment = {}) =>
  Result.getOrThrow(Result.flip(ClusterSettings.read(section, environment)))

const full = {
  host: "10.0.0.7",
  port: 4081,
  listenHost: "0.0.0.0",
  listenPort: 4082,
  lease: "1m30s",
  health: "k8s",
  namespace: "tools",
  labelSelector: "app=opwatch"
}

describe("the settings of a cluster", () => {
  it("are none where nothing is told", () => {
    assert.isUndefined(settings(undefined))
    assert.isUndefined(settings(undefined, { OPWATCH_CLUSTER_HOST: "", HOST: "a", PORT: "1" }))
  })

  it("need no more than the host", () => {
    const address = { host: "opwatch-1.internal", port: 34_431 }
    assert.deepStrictEqual(settings({ host: address.host }), {
      ...ClusterSettings.defaults,
      address,
      listen: address
    })
  })

  it("are read field by field", () => {
    const { address, health, labelSelector, lease, listen, namespace } = settings(full) ?? assert.fail()
    assert.deepStrictEqual(
      [address, listen, health, namespace, labelSelector],
      [{ host: "10.0.0.7", port: 4081 }, { host: "0.0.0.0", port: 4082 }, "k8s", "tools", "app=opwatch"]
    )
    assert.strictEqual(Duration.toSeconds(lease), 90)
  })

  it("are the environment's before the file's", () => {
    const told = settings(full, { OPWATCH_CLUSTER_HOST: "10.0.0.8", OPWATCH_CLUSTER_LISTEN_PORT: "5000" })
    assert.deepStrictEqual(told?.address, { host: "10.0.0.8", port: 4081 })
    assert.deepStrictEqual(told?.listen, { host: "0.0.0.0", port: 5000 })
    assert.strictEqual(settings(undefined, { OPWATCH_CLUSTER_HOST: "a" })?.address.host, "a")
  })

  it("say what is wrong, and where it was told", () => {
    assert.strictEqual(problem(true), "server.cluster: it is an object")
    assert.strictEqual(problem([]), "server.cluster: it is an object")
    assert.strictEqual(
      problem({}),
      "server.cluster.host: it is the name or address by which other runners reach this one"
    )
    assert.strictEqual(
      problem(undefined, { OPWATCH_CLUSTER_PORT: "1" }),
      "server.cluster.host: it is the name or address by which other runners reach this one"
    )
    assert.strictEqual(
      problem({ host: "a", hots: "b" }),
      "server.cluster.hots: no such field; the known ones are host, port, listenHost, listenPort, lease, health, namespace, labelSelector"
    )
    assert.strictEqual(problem({ host: "a", port: 0 }), "server.cluster.port: it is a whole number from 1 to 65535")
    assert.strictEqual(
      problem({ host: "a" }, { OPWATCH_CLUSTER_LISTEN_PORT: "0x1" }),
      'OPWATCH_CLUSTER_LISTEN_PORT is "0x1": it is a whole number from 1 to 65535'
    )
    for (const lease of ["2s", "11m", "6", 6]) {
      assert.strictEqual(problem({ host: "a", lease }), "server.cluster.lease: it is a duration from 3s to 10m")
    }
    assert.strictEqual(problem({ host: "a", health: "none" }), "server.cluster.health: it is ping or k8s")
    assert.strictEqual(
      problem({ host: "opwatch-1", health: "k8s" }),
      "server.cluster.host: it is the IP address of the pod, where health is k8s"
    )
  })
})

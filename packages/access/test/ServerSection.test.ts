import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as ServerSection from "../src/ServerSection.ts"

describe("ServerSection", () => {
  it("has a default for whatever is not said", () => {
    assert.deepStrictEqual(Result.getOrThrow(ServerSection.read(undefined)), ServerSection.defaults)
    assert.deepStrictEqual(Result.getOrThrow(ServerSection.read({})), ServerSection.defaults)
    const { allowPrivateWebhooks, limits } = Result.getOrThrow(
      ServerSection.read({ limits: { bodyBytes: 2_048, requestTimeout: "5s" }, webhooks: { allowPrivate: true } })
    )
    assert.isTrue(allowPrivateWebhooks)
    assert.deepStrictEqual(limits, {
      ...ServerSection.defaults.limits,
      bodyBytes: 2_048,
      requestTimeout: Duration.seconds(5)
    })
  })

  it("keeps an operation at least as long as its changes", () => {
    const { metrics, retention } = Result.getOrThrow(
      ServerSection.read({ retention: { changes: "120d", deliveries: "1h" }, metrics: { port: 9_464 } })
    )
    assert.deepStrictEqual(retention, {
      ...ServerSection.defaults.retention,
      changes: Duration.days(120),
      operations: Duration.days(120),
      deliveries: Duration.hours(1)
    })
    assert.deepStrictEqual(metrics, { host: "127.0.0.1", port: 9_464 })
  })

  it("lets through what is said of a cluster", () => {
    const given = { host: "10.0.0.7", unknown: true }
    assert.deepStrictEqual(Result.getOrThrow(ServerSection.read({ cluster: given })).cluster, given)
  })

  it("goes no longer without a poll than a poll is worth", () => {
    const polling = (given: object) => Result.getOrThrow(ServerSection.read({ polling: given })).polling
    assert.deepStrictEqual(polling({ price: "500ms", maxInterval: "5m" }), {
      price: Duration.millis(500),
      maxInterval: Duration.minutes(5)
    })
    assert.deepStrictEqual(polling({ price: "2h" }).maxInterval, Duration.hours(2))
  })

  const wrong: ReadonlyArray<readonly [unknown, string]> = [
    [null, "server: it is an object"],
    ["opw_x", "server: it is an object"],
    [
      { limit: {} },
      "server.limit: no such field; the known ones are limits, webhooks, retention, polling, metrics, cluster"
    ],
    [{ limits: { body: 1 } }, "server.limits.body: no such field; the known ones are bodyBytes"],
    [{ webhooks: { private: true } }, "server.webhooks.private: no such field; the known ones are allowPrivate"],
    [{ limits: { bodyBytes: 0 } }, "server.limits.bodyBytes: it is a number of bytes"],
    [{ limits: { requestTimeout: "0s" } }, "server.limits.requestTimeout: it is a duration"],
    [{ limits: { requestTimeout: 5 } }, "server.limits.requestTimeout: it is a duration"],
    [{ limits: { streamsPerKey: 1.5 } }, "server.limits.streamsPerKey: it is a whole number"],
    [
      { retention: { age: "1d" } },
      "server.retention.age: no such field; the known ones are changes, changesPerOperation"
    ],
    [{ retention: { changes: 30 } }, "server.retention.changes: it is a duration"],
    [{ retention: { changesPerOperation: 0 } }, "server.retention.changesPerOperation: it is a whole number"],
    [{ retention: { changes: "2d", operations: "1d" } }, "server.retention.operations: it is no shorter than"],
    [{ polling: { price: "0s" } }, "server.polling.price: it is a duration"],
    [{ polling: { interval: "1s" } }, "server.polling.interval: no such field; the known ones are price, maxInterval"],
    [{ polling: { maxInterval: "500ms" } }, "server.polling.maxInterval: it is no shorter than"],
    [{ metrics: {} }, "server.metrics.port: it is a whole number from 0 to 65535"],
    [{ metrics: { port: 70_000 } }, "server.metrics.port: it is a whole number from 0 to 65535"],
    [{ metrics: { port: 1, host: "" } }, "server.metrics.host: it is an address"],
    [{ webhooks: { allowPrivate: "yes" } }, "server.webhooks.allowPrivate: it is true or false"]
  ]
  for (const [section, problem] of wrong) {
    it(`refuses ${JSON.stringify(section)}`, () => {
      const result = ServerSection.read(section)
      assert.include(Result.isFailure(result) ? result.failure : "nothing is wrong", problem)
    })
  }

  it.prop("reads any JSON without failing unexpectedly", [Schema.Json], ([json]) => {
    ServerSection.read(json)
  })
})

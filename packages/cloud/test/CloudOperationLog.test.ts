import { assert, describe, it } from "@effect/vitest"
import * as LogDigest from "@opwatch/core/LogDigest"
import type { Json, JsonObject } from "effect/Schema"
import * as CloudOperationLog from "../src/CloudOperationLog.ts"
import { failed, operation } from "./Samples.ts"

const host = (name: string, action: string, startedAt?: string): JsonObject => ({
  fqdn: `${name}.example.net`,
  action,
  ...(startedAt === undefined ? {} : { startedAt })
})
const cluster = (rest: JsonObject): JsonObject => ({ clusterId: "c9q1", action: "Updating", ...rest })
const metadata = (...entities: ReadonlyArray<Json>): JsonObject => ({
  metadata: { clusterId: "c9q1", operationLog: { entities: [...entities] } }
})

describe("the log of a managed database", () => {
  it("is a step for each action, the hosts of a cluster behind it", () => {
    const entity = cluster({
      startedAt: "2024-03-05T11:00:00Z",
      hosts: [host("a", "Restarting", "2024-03-05T11:01:00Z"), host("b", "Restarting")]
    })
    const steps = CloudOperationLog.steps(operation(metadata(entity, { ...cluster({}), clusterId: "c9q2" })))
    assert.deepStrictEqual<unknown>(
      steps?.map(({ index, input, success, type }) => [index, type, success, input]),
      [
        [0, "Updating", true, { clusterId: "c9q1", startedAt: "2024-03-05T11:00:00Z" }],
        [1, "Restarting", true, { clusterId: "c9q1", fqdn: "a.example.net", startedAt: "2024-03-05T11:01:00Z" }],
        [2, "Restarting", true, { clusterId: "c9q1", fqdn: "b.example.net" }],
        [3, "Updating", true, { clusterId: "c9q2" }]
      ]
    )
    assert.deepStrictEqual(steps?.[1]?.raw, host("a", "Restarting", "2024-03-05T11:01:00Z"))
    assert.strictEqual(steps?.[0]?.ref, "cloud/fhm1")
  })

  it("has no step for a cluster that does nothing itself, and keeps a host whose action is not told", () => {
    const steps = CloudOperationLog.steps(
      operation(metadata({ clusterId: "c9q1", hosts: [{ fqdn: "a" }, "host", null] }))
    )
    assert.deepStrictEqual(
      steps?.map(({ type }) => type),
      ["UNKNOWN"]
    )
  })

  it("may hold nothing, or be of another kind than expected", () => {
    assert.deepStrictEqual(CloudOperationLog.steps(operation(metadata())), [])
    assert.deepStrictEqual(CloudOperationLog.steps(operation({ metadata: { operationLog: { entities: "none" } } })), [])
  })

  it("is not there for other operations", () => {
    for (const sent of [{}, { metadata: null }, { metadata: {} }, { metadata: { operationLog: [] } }]) {
      assert.isUndefined(CloudOperationLog.steps(operation(sent)))
    }
  })
})

describe("the last step that it began", () => {
  const last = (...entities: ReadonlyArray<Json>) =>
    CloudOperationLog.lastStep({ operation: failed(13, "No", [], metadata(...entities)), log: LogDigest.empty })
      ?.notes?.[0]

  it("is the one that began last, on which host and when", () => {
    const hosts = [host("a", "Restarting", "2024-03-05T11:05:00Z"), host("b", "Stopping", "2024-03-05T11:04:00.9Z")]
    assert.strictEqual(
      last(cluster({ startedAt: "2024-03-05T11:00:00Z", hosts })),
      'The last step that it began was "Restarting" on host a.example.net, at 2024-03-05 11:05:00 UTC.'
    )
  })

  it("is the last named of those that began together, or that have no time", () => {
    const at = "2024-03-05T11:00:00Z"
    assert.strictEqual(
      last(cluster({ startedAt: at, hosts: [host("a", "Restarting", at)] })),
      'The last step that it began was "Restarting" on host a.example.net, at 2024-03-05 11:00:00 UTC.'
    )
    assert.strictEqual(
      last(cluster({ hosts: [host("a", "Restarting"), host("b", "Restarting")] })),
      'The last step that it began was "Restarting" on host b.example.net.'
    )
    assert.strictEqual(
      last(cluster({ startedAt: at, hosts: [host("a", "Restarting")] })),
      'The last step that it began was "Updating" on cluster c9q1, at 2024-03-05 11:00:00 UTC.'
    )
  })

  it("is worth a word until the operation has succeeded", () => {
    const entity = cluster({})
    const rule = (sent: JsonObject) =>
      CloudOperationLog.lastStep({ operation: operation({ ...sent, ...metadata(entity) }), log: LogDigest.empty })
    assert.deepStrictEqual(rule({})?.next, [
      { text: "See every step that it began.", command: "opwatch log cloud/fhm1" }
    ])
    assert.isUndefined(rule({ done: true, response: {} }))
    assert.isUndefined(CloudOperationLog.lastStep({ operation: operation({}), log: LogDigest.empty }))
  })
})

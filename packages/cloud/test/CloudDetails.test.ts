import { assert, describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import type { Json, JsonObject } from "effect/Schema"
import * as CloudDetails from "../src/CloudDetails.ts"

const rpc = (name: string, fields: JsonObject): JsonObject => ({
  "@type": `type.googleapis.com/google.rpc.${name}`,
  ...fields
})
const quota = (...violations: ReadonlyArray<JsonObject>): JsonObject => ({
  "@type": "type.googleapis.com/yandex.cloud.quota.QuotaFailure",
  violations
})
const causes = (...details: ReadonlyArray<Json>) =>
  CloudDetails.meanings(details).flatMap(({ additions = [], causes = [] }) => [...causes, ...additions])
const next = (...details: ReadonlyArray<Json>) => CloudDetails.meanings(details).flatMap(({ next = [] }) => next)

describe("the vendor's quota failure", () => {
  const instances = { metric: { name: "compute.instances.count", limit: "12", usage: "12" }, required: "13" }

  it("tells the metric, its limit and what was wanted", () => {
    expect(causes(quota(instances))).toMatchInlineSnapshot(`
      [
        {
          "code": "QUOTA_EXCEEDED",
          "count": 1,
          "field": "compute.instances.count",
          "items": [],
          "message": "compute.instances.count is exceeded (limit 12, used 12, required 13)",
        },
      ]
    `)
    expect(next(quota(instances))).toMatchInlineSnapshot(`
      [
        {
          "text": "compute.instances.count is used up: free some of it, or ask the cloud's support for a larger quota. Until then it will fail again.",
        },
      ]
    `)
  })

  it("tells a limit that passes from one that lasts", () => {
    const rate = { metric: { name: "ai.requests.rate", limit: 10, usage: 10 } }
    expect(causes(quota(rate))).toMatchInlineSnapshot(`
      [
        {
          "code": "QUOTA_EXCEEDED",
          "count": 1,
          "field": "ai.requests.rate",
          "items": [],
          "message": "ai.requests.rate is exceeded (limit 10, used 10)",
        },
      ]
    `)
    expect(next(quota(rate))).toMatchInlineSnapshot(`
      [
        {
          "text": "ai.requests.rate is a limit on how often something may be asked for. It passes by itself: start it again later.",
        },
      ]
    `)
    assert.strictEqual(next(quota({ metric: { name: "compute.disks.size" } })).length, 1)
  })

  it("has a cause for each violation, and does with what there is", () => {
    assert.lengthOf(causes(quota(instances, instances)), 2)
    for (const bare of [{}, { metric: {} }, { metric: "disks" }]) {
      const expected = [{ code: "QUOTA_EXCEEDED", message: "a quota is exceeded", count: 1, items: [] }]
      assert.deepStrictEqual<ReadonlyArray<object>>(causes(quota(bare)), expected)
    }
    assert.deepStrictEqual(causes(quota()), [])
  })
})

describe("the details of google.rpc", () => {
  it.each<readonly [JsonObject, ReadonlyArray<object>]>([
    [
      rpc("BadRequest", { fieldViolations: [{ field: "name", description: "too long" }, { field: "zone_id" }] }),
      [
        { code: "INVALID_FIELD", field: "name", message: "too long" },
        { code: "INVALID_FIELD", field: "zone_id", message: "is not valid" }
      ]
    ],
    [
      rpc("PreconditionFailure", { violations: [{ type: "STATE", subject: "disk", description: "is attached" }, {}] }),
      [
        { code: "STATE", field: "disk", message: "is attached" },
        { code: "PRECONDITION", message: "a precondition does not hold" }
      ]
    ],
    [
      rpc("ErrorInfo", { reason: "DISK_BUSY", domain: "compute" }),
      [{ code: "DISK_BUSY", message: "the reason, as compute names it" }]
    ],
    [
      rpc("ErrorInfo", { reason: "DISK_BUSY" }),
      [{ code: "DISK_BUSY", message: "the reason, as the service names it" }]
    ],
    [
      rpc("ResourceInfo", { resourceType: "disk", resourceName: "epd1", description: "is locked" }),
      [{ code: "RESOURCE", message: "it is about disk epd1 is locked" }]
    ],
    [
      rpc("DebugInfo", { stackEntries: ["at a", "at b"], detail: "host rc1a-7 did not boot" }),
      [{ code: "DEBUG", message: "host rc1a-7 did not boot" }]
    ]
  ])("%j give causes", (detail, expected) => {
    assert.deepStrictEqual<ReadonlyArray<object>>(
      causes(detail),
      expected.map((cause) => ({ ...cause, count: 1, items: [] }))
    )
    assert.deepStrictEqual(next(detail), [])
  })

  it("tell a quota by its description, and its metric where the text names one", () => {
    const quota = (subject: string, description: string) =>
      rpc("QuotaFailure", { violations: [{ subject, description }] })
    const told = (subject: string, description: string) =>
      causes(quota(subject, description)).map(({ code, field, message }) => [code, field, message])
    assert.deepStrictEqual(told("clouds/b1g", "Too many disks"), [["QUOTA_EXCEEDED", "clouds/b1g", "Too many disks"]])
    const limit = "Quota limit compute.disks.size exceeded"
    assert.deepStrictEqual(told("clouds/b1g", limit), [["QUOTA_EXCEEDED", "compute.disks.size", limit]])
    assert.match(next(quota("ai.requests.rate", "Too often"))[0]?.text ?? "", /passes by itself/)
  })

  it("say what adds to the error's own message and what tells as much", () => {
    const kinds = (detail: JsonObject) =>
      CloudDetails.meanings([detail]).map(({ additions }) => additions !== undefined)
    assert.deepStrictEqual(kinds(rpc("ErrorInfo", { reason: "DISK_BUSY" })), [true])
    assert.deepStrictEqual(kinds(rpc("BadRequest", { fieldViolations: [] })), [false])
  })

  it("say what to do next", () => {
    const help = rpc("Help", {
      links: [{ description: "Quotas", url: "https://example.com/q" }, { url: "https://example.com" }]
    })
    assert.deepStrictEqual(next(help, rpc("LocalizedMessage", { locale: "en", message: "Free a disk" })), [
      { text: "Quotas: https://example.com/q" },
      { text: "https://example.com" },
      { text: "Free a disk" }
    ])
  })

  it("with nothing in them say nothing", () => {
    for (const name of [
      "ErrorInfo",
      "ResourceInfo",
      "LocalizedMessage",
      "Help",
      "RequestInfo",
      "RetryInfo",
      "DebugInfo"
    ]) {
      const empty = [rpc(name, {}), rpc("Help", { links: [{}] })]
      assert.deepStrictEqual([causes(...empty), next(...empty)], [[], []], name)
    }
  })

  it("carry the id that support asks for", () => {
    const metadata = { requestId: "r-2", "x-server-trace-id": "t-2", disk: "epd1", requestIdea: "no" }
    const ids = CloudDetails.meanings([
      rpc("ErrorInfo", { metadata }),
      rpc("RequestInfo", { requestId: "r-1", servingData: "s-1" })
    ])
    assert.deepStrictEqual(
      ids.flatMap(({ supportIds = [] }) => supportIds),
      ["r-2", "t-2", "r-1", "s-1"]
    )
    const first = rpc("RequestInfo", { requestId: "r-1" })
    assert.strictEqual(CloudDetails.requestId([rpc("Help", {}), rpc("RequestInfo", {}), first]), "r-1")
    assert.isUndefined(CloudDetails.requestId([]))
  })

  it.each([
    ["0s", 0],
    ["3s", 3_000],
    ["3.5s", 3_500],
    ["0.250s", 250],
    ["1.000000001s", 1_000]
  ])("carry the pause that is asked for: %s", (retryDelay, millis) => {
    const pause = CloudDetails.retryDelay([rpc("RetryInfo", { retryDelay })])
    assert.deepStrictEqual(pause, Duration.millis(millis))
  })

  it("say the pause that is asked for", () => {
    assert.deepStrictEqual(next(rpc("RetryInfo", { retryDelay: "30s" })), [
      { text: "The service asks for a pause of 30s first." }
    ])
  })

  it.each(["", "3", "-3s", "soon", null, {}])("carry no pause in %j", (retryDelay) => {
    assert.isUndefined(CloudDetails.retryDelay([rpc("RetryInfo", { retryDelay })]))
  })
})

describe("other details", () => {
  it.each<Json>([
    null,
    "text",
    [],
    {},
    { "@type": 5 },
    { "@type": "type.googleapis.com/yandex.cloud.New", causes: ["x"] },
    { "@type": "constructor", causes: ["x"], requestId: 5 },
    { "@type": "toString" },
    { "@type": "hasOwnProperty" },
    { "@type": "type.googleapis.com/__proto__" }
  ])("are passed over: %j", (detail) => assert.deepStrictEqual(CloudDetails.meanings([detail]), []))

  it("are read by their name, whatever stands before it", () => {
    for (const prefix of ["", "type.googleapis.com/", "example.com/types/"]) {
      const detail = { "@type": `${prefix}google.rpc.RequestInfo`, requestId: "r-1" }
      assert.strictEqual(CloudDetails.requestId([detail]), "r-1")
    }
  })
})

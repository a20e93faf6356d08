import { assert, describe, it } from "@effect/vitest"
import * as LogDigest from "@opwatch/core/LogDigest"
import type { Operation } from "@opwatch/core/Operation"
import type { JsonObject } from "effect/Schema"
import * as CloudDiagnosis from "../src/CloudDiagnosis.ts"
import { failed, operation } from "./Samples.ts"

const diagnose = (about: Operation) => CloudDiagnosis.diagnose(about, LogDigest.empty)
const rpc = (name: string, fields: JsonObject): JsonObject => ({
  "@type": `type.googleapis.com/google.rpc.${name}`,
  ...fields
})
const codes = (about: Operation) => diagnose(about).causes.map(({ code }) => code)

const quota: JsonObject = {
  "@type": "type.googleapis.com/yandex.cloud.quota.QuotaFailure",
  violations: [{ metric: { name: "compute.instances.count", limit: "12", usage: "12" }, required: "13" }]
}
const reason = rpc("ErrorInfo", { reason: "DISK_BUSY", domain: "compute" })

describe("the cloud's diagnosis", () => {
  it("puts the error before what its details add, in their order", () => {
    const details = [
      reason,
      { "@type": "type.googleapis.com/some.new.Detail" },
      rpc("RequestInfo", { requestId: "r-1" }),
      rpc("LocalizedMessage", { message: "Detach the disk" }),
      rpc("RequestInfo", { requestId: "r-2" })
    ]
    const { causes, next, supportIds } = diagnose(failed(9, "Disk is in use", details))
    assert.deepStrictEqual(
      causes.map(({ code, message }) => [code, message]),
      [
        ["FAILED_PRECONDITION", "Disk is in use"],
        ["DISK_BUSY", "the reason, as compute names it"]
      ]
    )
    assert.strictEqual(next.at(-1)?.text, "Detach the disk")
    assert.deepStrictEqual(supportIds, ["r-1", "r-2"])
  })

  it("leaves the error's own message to details that say as much", () => {
    const fields = rpc("BadRequest", { fieldViolations: [{ field: "name", description: "is too long" }] })
    assert.deepStrictEqual(codes(failed(3, "Request validation error", [fields])), ["INVALID_FIELD"])
    assert.deepStrictEqual(codes(failed(3, "Request validation error", [rpc("BadRequest", {})])), ["INVALID_ARGUMENT"])
  })

  it("says what a quota is once, whether details or the message tell it", () => {
    const message = "Quota limit compute.instances.count exceeded"
    for (const details of [[], [quota]]) {
      const { causes, next } = diagnose(failed(8, message, details))
      assert.deepStrictEqual([causes.length, next.length], [1, 1])
      assert.strictEqual(causes[0]?.field, "compute.instances.count")
    }
  })

  it("tells a rollback as it tells the failure", () => {
    const rolling = operation({ error: { code: 13, message: "Internal error", details: [quota] } })
    assert.deepStrictEqual(codes(rolling), ["QUOTA_EXCEEDED"])
  })

  it("has no advice for what was cancelled, but its ids", () => {
    const { causes, next, supportIds } = diagnose(failed(1, "Cancelled", [rpc("RequestInfo", { requestId: "r-1" })]))
    assert.deepStrictEqual([causes, next, supportIds], [[], [], ["r-1"]])
  })

  it("says nothing where there is nothing to say", () => {
    const { causes, next, notes, supportIds } = diagnose(operation({}))
    assert.deepStrictEqual([causes, next, notes, supportIds], [[], [], [], []])
  })
})

import { assert, describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Operation } from "@opwatch/core/Operation"
import * as Reference from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as LogDigest from "@opwatch/core/LogDigest"
import { diagnose } from "../src/CloudDiagnosis.ts"
import { toOperation } from "../src/CloudWire.ts"
import { AnyAnswer } from "./AnyAnswer.ts"

const asked = Reference.make(Reference.SourceName.make("cloud"), Reference.OperationId.make("fhm1"))
const observedAt = Timestamp.make("2030-01-02T03:04:05.678Z")

const mapped = (answer: Schema.Json): Operation => {
  const operation = toOperation(answer, asked, observedAt)
  return Result.isSuccess(operation) ? operation.success : assert.fail(operation.failure)
}
const read = (fields: Schema.JsonObject): Operation => mapped({ id: "fhm1", ...fields })

describe("an operation of the cloud", () => {
  it("is mapped field by field", () => {
    const sent = {
      id: "fhm1",
      description: "Create disk",
      createdAt: "2024-05-06T07:08:09.123456789Z",
      createdBy: "aje1",
      modifiedAt: "2024-05-06T07:08:19Z",
      done: true,
      metadata: { "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateDiskMetadata", diskId: "epd1" },
      response: { "@type": "type.googleapis.com/yandex.cloud.compute.v1.Disk", id: "epd1", size: "10737418240" }
    }
    assert.deepStrictEqual<unknown>(mapped(sent), {
      ref: "cloud/fhm1",
      source: "cloud",
      provider: "cloud",
      id: "fhm1",
      kind: "yandex.cloud.compute.v1.CreateDisk",
      state: "succeeded",
      done: true,
      submittedAt: "2024-05-06T07:08:09.123456789Z",
      modifiedAt: "2024-05-06T07:08:19Z",
      finishedAt: "2024-05-06T07:08:19Z",
      observedAt,
      description: "Create disk",
      createdBy: "aje1",
      target: { type: "disk", id: "epd1" },
      metadata: sent.metadata,
      result: sent.response,
      raw: sent
    })
  })

  it("may be as small as an id", () => {
    assert.deepStrictEqual<unknown>(mapped({ id: "fhm1" }), {
      ref: "cloud/fhm1",
      source: "cloud",
      provider: "cloud",
      id: "fhm1",
      state: "running",
      done: false,
      observedAt,
      raw: { id: "fhm1" }
    })
  })

  it("takes null for absent, without a word", () => {
    const fields = ["description", "createdAt", "createdBy", "modifiedAt", "done", "metadata", "error", "response"]
    const { raw: _sent, ...rest } = read(Object.fromEntries(fields.map((name) => [name, null])))
    const { raw: _bare, ...bare } = read({})
    assert.deepStrictEqual(rest, bare)
  })

  it.each([
    [null, "it is not an object"],
    [[], "it is not an object"],
    [[{ id: "fhm1" }], "it is not an object"],
    ["fhm1", "it is not an object"],
    [{}, 'it has no "id"'],
    [{ id: "" }, 'it has no "id"'],
    [{ id: 1, done: true }, 'it has no "id"'],
    [{ code: 5, message: "Operation is not found" }, 'it has no "id"']
  ] as ReadonlyArray<readonly [Schema.Json, string]>)("is not %j: %s", (answer, problem) => {
    assert.deepStrictEqual(toOperation(answer, asked, observedAt), Result.fail(problem))
  })

  it("keeps the id that was asked for when another came", () => {
    const operation = read({ id: "epd9" })
    assert.strictEqual(operation.ref, "cloud/fhm1")
    assert.deepStrictEqual(operation.anomalies, [
      { code: "other_id", field: "id", message: 'the answer is about "epd9"' }
    ])
  })
})

describe("the state", () => {
  const error = { code: 9, message: "No" }
  const response = { "@type": "type.googleapis.com/google.protobuf.Empty", value: {} }

  it.each([
    [{}, "running"],
    [{ done: false }, "running"],
    [{ done: false, response }, "running"],
    [{ error }, "rolling_back"],
    [{ done: false, error }, "rolling_back"],
    [{ done: false, error: { code: 1, message: "Cancelled" } }, "rolling_back"],
    [{ done: true, response }, "succeeded"],
    [{ done: true }, "succeeded"],
    [{ done: true, error: { code: 0, message: "" } }, "succeeded"],
    [{ done: false, error: { code: 0 } }, "running"],
    [{ done: true, error: { code: 1, message: "Cancelled" } }, "cancelled"],
    [{ done: true, error }, "failed"],
    [{ done: true, error: { code: 14, message: "Unavailable" } }, "failed"],
    [{ done: true, error: { code: 77, message: "New" } }, "failed"],
    [{ done: true, error: {} }, "failed"]
  ] as ReadonlyArray<readonly [Schema.JsonObject, string]>)("of %j is %s", (fields, state) => {
    expect(read(fields)).toMatchObject({ state, done: ["succeeded", "cancelled", "failed"].includes(state) })
    assert.notProperty(read(fields), "anomalies")
  })

  it("of an error that is no object is failed, and told", () => {
    const operation = read({ done: true, error: "boom" })
    expect(operation).toMatchObject({ state: "failed", error: { code: "UNKNOWN" } })
    assert.deepStrictEqual(operation.anomalies, [
      { code: "wrong_type", field: "error", message: '"boom" is not an object; left out' }
    ])
  })

  it("of both an error and a response is failed, and told", () => {
    const operation = read({ done: true, error, response })
    expect(operation).toMatchObject({ state: "failed", error: { code: "FAILED_PRECONDITION" }, result: response })
    assert.deepStrictEqual(operation.anomalies, [
      { code: "error_and_result", message: "both an error and a response came; it counts as failed" }
    ])
    assert.notProperty(read({ done: true, error: { code: 0 }, response }), "anomalies")
  })

  it("of a done that is neither true nor false is running, and told", () => {
    for (const done of ["true", 1, {}]) {
      expect(read({ done })).toMatchObject({
        state: "running",
        anomalies: [{ code: "wrong_type", field: "done" }]
      })
    }
  })
})

describe("the error", () => {
  it("is told by name, with its details", () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "r-1" }]
    assert.deepStrictEqual(read({ done: true, error: { code: 8, message: "Quota", details } }).error, {
      code: "RESOURCE_EXHAUSTED",
      message: "Quota",
      details
    })
  })

  it("without a known name keeps its number, and without a number is unknown", () => {
    const codeOf = (error: Schema.JsonObject) => read({ done: true, error }).error?.code
    assert.strictEqual(codeOf({ code: 77 }), "77")
    assert.strictEqual(codeOf({ message: "No" }), "UNKNOWN")
    assert.strictEqual(codeOf({ code: null }), "UNKNOWN")
  })

  it("with fields of the wrong kind keeps what fits, and they are told", () => {
    const operation = read({ done: true, error: { code: "busy", message: 5, details: {} } })
    expect(operation).toMatchObject({ state: "failed", error: { code: "UNKNOWN", message: "", details: [] } })
    assert.deepStrictEqual(
      (operation.anomalies ?? []).map(({ code, field }) => [code, field]),
      [
        ["wrong_type", "error.code"],
        ["wrong_type", "error.message"],
        ["wrong_type", "error.details"]
      ]
    )
  })
})

describe("times", () => {
  it.each([
    ["2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"],
    ["2024-05-06T07:08:09.1Z", "2024-05-06T07:08:09.1Z"],
    ["2024-05-06T07:08:09.123Z", "2024-05-06T07:08:09.123Z"],
    ["2024-05-06T07:08:09.120000Z", "2024-05-06T07:08:09.120000Z"],
    ["2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09.123456789Z"],
    ["2024-05-06T07:08:09.5+00:00", "2024-05-06T07:08:09.5Z"],
    ["2024-05-06T00:30:00+05:30", "2024-05-05T19:00:00Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ["9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"]
  ])("keep their digits: %s", (sent, expected) => {
    expect(read({ done: true, createdAt: sent, modifiedAt: sent })).toMatchObject({
      submittedAt: expected,
      modifiedAt: expected,
      finishedAt: expected
    })
  })

  it.each(["2024-05-06T07:08:09", "2024-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "now", ""])(
    "that cannot be, or lack a zone, are left out and told: %j",
    (sent) => {
      const operation = read({ done: true, modifiedAt: sent })
      assert.notProperty(operation, "modifiedAt")
      assert.notProperty(operation, "finishedAt")
      expect(operation.anomalies).toMatchObject([{ code: "impossible_date", field: "modifiedAt" }])
    }
  )

  it("of modification are that of the end only once it is done", () => {
    const modifiedAt = "2024-05-06T07:08:09Z"
    for (const fields of [{ done: false }, { done: false, error: { code: 9 } }]) {
      const operation = read({ modifiedAt, ...fields })
      assert.strictEqual(operation.modifiedAt, modifiedAt)
      assert.notProperty(operation, "finishedAt")
    }
    assert.strictEqual(read({ modifiedAt, done: true, error: { code: 1 } }).finishedAt, modifiedAt)
  })
})

describe("metadata and result", () => {
  it("pass through as they are", () => {
    const metadata = {
      "@type": "type.googleapis.com/some.new.v9.ThingMetadata",
      list: [{ a: null }],
      n: "9007199254740993"
    }
    const response = { "@type": "type.googleapis.com/google.protobuf.Empty", value: {} }
    expect(read({ done: true, metadata, response })).toMatchObject({
      kind: "some.new.v9.Thing",
      metadata,
      result: response
    })
    for (const other of ["text", 5, [1], {}]) assert.deepStrictEqual(read({ response: other }).result, other)
  })

  it("of the wrong kind are left out and told", () => {
    const operation = read({ metadata: [1], description: 5, createdBy: {} })
    for (const field of ["metadata", "kind", "target", "progress", "description", "createdBy"]) {
      assert.notProperty(operation, field)
    }
    assert.sameMembers(
      (operation.anomalies ?? []).map(({ field }) => field),
      ["metadata", "description", "createdBy"]
    )
  })

  it("show no secret, nor do the error, the raw answer and what is said about them", () => {
    const secret = { secret: "hush", iamToken: "hush", private_key: "hush", password: "hush" }
    for (const fields of [
      { metadata: secret },
      { response: { key: [secret] } },
      { done: true, error: { code: 9, message: "No", details: [secret] } },
      { done: [secret] },
      { metadata: [secret] },
      { error: [secret] },
      { error: { code: secret, message: secret, details: secret } },
      { unknown: secret }
    ]) {
      assert.notInclude(JSON.stringify(read(fields)), "hush")
    }
    expect(read({ metadata: { apiKey: { id: "aje1" }, secret: "hush" } })).toMatchObject({
      metadata: { apiKey: { id: "aje1" }, secret: "<redacted>" }
    })
  })
})

describe("any JSON", () => {
  const isOperation = Schema.is(Operation)

  it.prop(
    "in place of an operation gives one that is well-formed and can be explained, or a sentence",
    [AnyAnswer],
    ([answer]) => {
      const operation = toOperation(answer, asked, observedAt)
      if (Result.isFailure(operation)) return assert.match(operation.failure, /^it (is not an object|has no "id")$/)
      assert.isTrue(isOperation(operation.success))
      assert.isTrue(isOperation(JSON.parse(JSON.stringify(Schema.encodeSync(Operation)(operation.success)))))
      for (const { code, message } of diagnose(operation.success, LogDigest.empty).causes) {
        assert.isTrue(typeof code === "string" && typeof message === "string")
      }
    },
    { arbitrary: { runs: 3_000 } }
  )

  it("may be nested as deep as an answer can be", () => {
    const deep = JSON.parse(`${'{"a":['.repeat(490)}1${"]}".repeat(490)}`) as Schema.JsonObject
    assert.isTrue(
      isOperation(read({ done: true, metadata: deep, response: deep, error: { code: 2, details: [deep] } }))
    )
  })
})

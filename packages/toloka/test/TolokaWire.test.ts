import { assert, describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Operation } from "@opwatch/core/Operation"
import { toOperation } from "../src/TolokaWire.ts"
import { AnyAnswer } from "./AnyAnswer.ts"
import { anomaliesOf, asked, mapped, observedAt, read } from "./Read.ts"

describe("an operation of Toloka", () => {
  it("is mapped field by field", () => {
    const sent = {
      id: "op-1",
      type: "TASK.BATCH_CREATE",
      status: "SUCCESS",
      submitted: "2024-05-06T07:08:09.1",
      started: "2024-05-06T07:08:10",
      finished: "2024-05-06T07:09:00.123456",
      progress: 100,
      parameters: { open_pool: false, allow_defaults: true, skip_invalid_items: true },
      details: { total_count: 5, valid_count: 4, not_valid_count: 1, success_count: 3, failed_count: 2 }
    }
    assert.deepStrictEqual<unknown>(mapped(sent), {
      ref: "toloka/op-1",
      source: "toloka",
      provider: "toloka",
      id: "op-1",
      kind: "TASK.BATCH_CREATE",
      state: "succeeded",
      done: true,
      progress: 100,
      submittedAt: "2024-05-06T07:08:09.1Z",
      startedAt: "2024-05-06T07:08:10Z",
      finishedAt: "2024-05-06T07:09:00.123456Z",
      observedAt,
      metadata: sent.parameters,
      counts: { total: 5, valid: 4, invalid: 1, succeeded: 3, failed: 2 },
      partial: true,
      raw: sent
    })
  })

  it("may be as small as an id and a status", () => {
    assert.deepStrictEqual<unknown>(mapped({ id: "op-1", status: "PENDING" }), {
      ref: "toloka/op-1",
      source: "toloka",
      provider: "toloka",
      id: "op-1",
      state: "pending",
      done: false,
      observedAt,
      raw: { id: "op-1", status: "PENDING" }
    })
  })

  it("takes null for absent, without a word", () => {
    const fields = ["type", "submitted", "started", "finished", "progress", "parameters", "details"]
    const { raw: _sent, ...rest } = read(Object.fromEntries(fields.map((name) => [name, null])))
    const { raw: _bare, ...bare } = read({})
    assert.deepStrictEqual(rest, bare)
    const counters = read({ type: "TASK.BATCH_CREATE", details: { total_count: 3, success_count: null } })
    assert.deepStrictEqual(counters.counts, { total: 3 })
    assert.notProperty(counters, "anomalies")
  })

  it.each([
    [[], "it is not an object"],
    [[{ id: "op-1", status: "RUNNING" }, {}], "it is not an object"],
    [null, "it is not an object"],
    ["op-1", "it is not an object"],
    [{}, 'it has no "id"'],
    [{ id: "", status: "RUNNING" }, 'it has no "id"'],
    [{ id: 17, status: "RUNNING" }, 'it has no "id"'],
    [{ id: "op-1" }, 'it has no "status"'],
    [{ id: "op-1", status: null }, 'it has no "status"'],
    [{ id: "op-1", status: "" }, 'it has no "status"'],
    [{ code: "DOES_NOT_EXIST", message: "no" }, 'it has no "id"']
  ] as ReadonlyArray<readonly [Schema.Json, string]>)("is not %j: %s", (answer, problem) => {
    assert.deepStrictEqual(toOperation(answer, asked, observedAt), Result.fail(problem))
  })

  it("is seen through an array around it", () => {
    const operation = mapped([{ id: "op-1", status: "SUCCESS" }])
    assert.strictEqual(operation.state, "succeeded")
    assert.deepStrictEqual(operation.anomalies, [
      { code: "unexpected_shape", message: "the operation came inside an array" }
    ])
    assert.deepStrictEqual(operation.raw, [{ id: "op-1", status: "SUCCESS" }])
  })

  it("keeps the id that was asked for when another came", () => {
    const operation = read({ id: "0123456789abcdef01234567" })
    assert.strictEqual(operation.ref, "toloka/op-1")
    assert.strictEqual(operation.id, "op-1")
    assert.deepStrictEqual(operation.anomalies, [
      { code: "other_id", field: "id", message: 'the answer is about "0123456789abcdef01234567"' }
    ])
  })
})

describe("the state", () => {
  it.each([
    ["PENDING", "pending", false],
    ["RUNNING", "running", false],
    ["SUCCESS", "succeeded", true],
    ["FAIL", "failed", true]
  ] as const)("of %s is %s", (status, state, done) => {
    expect(read({ status })).toMatchObject({ state, done })
    assert.notProperty(read({ status }), "anomalies")
  })

  it.each(["PEDNDING", "CANCELLED", "success", " FAIL", "constructor", "toString", "__proto__", "hasOwnProperty"])(
    "of %s is unknown, not final, and told",
    (status) => {
      expect(read({ status })).toMatchObject({ state: "unknown", done: false })
      assert.deepStrictEqual(anomaliesOf({ status }), [
        { code: "unknown_status", field: "status", message: `"${status}" is not a known status` }
      ])
    }
  )

  it("alone tells completion: a time of finishing or all of the progress do not", () => {
    const operation = read({ status: "PENDING", progress: 100, finished: "2024-05-06T07:08:09" })
    expect(operation).toMatchObject({ state: "pending", done: false, progress: 100 })
    assert.notProperty(operation, "finishedAt")
    assert.deepStrictEqual(operation.anomalies, [
      { code: "unexpected_shape", field: "finished", message: "set while PENDING; left out" }
    ])
  })
})

describe("times", () => {
  it.each([
    ["2024-05-06T07:08:09", "2024-05-06T07:08:09Z"],
    ["2024-05-06T07:08:09.1", "2024-05-06T07:08:09.1Z"],
    ["2024-05-06T07:08:09.120", "2024-05-06T07:08:09.120Z"],
    ["2024-05-06T07:08:09.123456", "2024-05-06T07:08:09.123456Z"],
    ["2024-05-06T07:08:09.123456789", "2024-05-06T07:08:09.123456789Z"],
    ["2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z"],
    ["2024-05-06T07:08:09.5+03:00", "2024-05-06T04:08:09.5Z"],
    ["2024-02-29T00:00:00", "2024-02-29T00:00:00Z"]
  ])("without a zone mean UTC and keep their digits: %s", (sent, expected) => {
    const operation = read({ status: "FAIL", submitted: sent, started: sent, finished: sent })
    expect(operation).toMatchObject({ submittedAt: expected, startedAt: expected, finishedAt: expected })
  })

  it.each(["2016-22-07T16:06:15", "2023-02-29T00:00:00", "2024-05-06", "yesterday", "2024-05-06T25:00:00", ""])(
    "that cannot be are left out and told: %j",
    (sent) => {
      const operation = read({ submitted: sent })
      assert.notProperty(operation, "submittedAt")
      assert.deepStrictEqual(operation.anomalies, [
        { code: "impossible_date", field: "submitted", message: `"${sent}" is not a date; left out` }
      ])
    }
  )

  it("of the wrong kind are left out and told", () => {
    assert.deepStrictEqual(anomaliesOf({ started: 1_700_000_000 }), [
      { code: "wrong_type", field: "started", message: "1700000000 is not text; left out" }
    ])
  })
})

describe("progress", () => {
  it.each([0, 1, 55.5, 100])("may be %d", (progress) => assert.strictEqual(read({ progress }).progress, progress))

  it("may be a number in quotes", () => {
    assert.strictEqual(read({ progress: "40" }).progress, 40)
    assert.deepStrictEqual(anomaliesOf({ progress: "40" }), [
      { code: "wrong_type", field: "progress", message: '"40" is a number written as text' }
    ])
  })

  it.each([-1, 101, 1e9])("of %d is out of range", (progress) => {
    assert.notProperty(read({ progress }), "progress")
    assert.deepStrictEqual(anomaliesOf({ progress }), [
      { code: "out_of_range", field: "progress", message: `${progress} is not between 0 and 100; left out` }
    ])
  })

  it.each([true, "half", "", [50], {}])("of %j is of the wrong kind", (progress) => {
    assert.deepStrictEqual(anomaliesOf({ progress }), [
      { code: "wrong_type", field: "progress", message: `${JSON.stringify(progress)} is not a number; left out` }
    ])
  })
})

describe("any JSON", () => {
  const isOperation = Schema.is(Operation)

  it.prop(
    "in place of an operation gives one that is well-formed, or a sentence",
    [AnyAnswer],
    ([answer]) => {
      const operation = toOperation(answer, asked, observedAt)
      if (Result.isFailure(operation))
        return assert.match(operation.failure, /^it (is not an object|has no "(id|status)")$/)
      assert.isTrue(isOperation(operation.success))
      const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(Operation)(operation.success)))
      assert.isTrue(isOperation(json))
    },
    { arbitrary: { runs: 3_000 } }
  )

  it("may be nested as deep as an answer can be", () => {
    const deep = JSON.parse(`${'{"a":['.repeat(490)}1${"]}".repeat(490)}`) as Schema.JsonObject
    assert.isTrue(isOperation(read({ status: "FAIL", parameters: deep, details: deep })))
  })
})

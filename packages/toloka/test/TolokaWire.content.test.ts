import { assert, describe, expect, it } from "@effect/vitest"
import type * as Schema from "effect/Schema"
import { read } from "./Read.ts"

describe("counts", () => {
  const batch = (details: Schema.JsonObject, rest: Schema.JsonObject = {}) =>
    read({ type: "TASK_SUITE.BATCH_CREATE", status: "SUCCESS", details, ...rest })

  it("come from whichever counters are there", () => {
    assert.deepStrictEqual(batch({ total_count: 7 }).counts, { total: 7 })
    assert.deepStrictEqual(batch({ items_count: 7 }).counts, { total: 7 })
    assert.deepStrictEqual(batch({ total_count: 8, items_count: 7, failed_count: 0 }).counts, { total: 8, failed: 0 })
    assert.notProperty(batch({}), "counts")
    assert.notProperty(batch({ pool_id: "1" }), "counts")
  })

  it("that cannot be are left out and told by their path", () => {
    const operation = batch({ total_count: 1e300, valid_count: -1, success_count: "3", failed_count: [] })
    assert.deepStrictEqual(operation.counts, { succeeded: 3 })
    assert.sameDeepMembers(
      (operation.anomalies ?? []).map(({ code, field }) => [code, field]),
      [
        ["out_of_range", "details.total_count"],
        ["out_of_range", "details.valid_count"],
        ["wrong_type", "details.success_count"],
        ["wrong_type", "details.failed_count"]
      ]
    )
  })

  it.each(["TASK.BATCH_CREATE", "TASK_SUITE.BATCH_CREATE", "USER_BONUS.BATCH_CREATE", "TASK_SUITE.BATCH.CREATE"])(
    "of a %s that succeeded tell whether items were left behind",
    (type) => {
      assert.isTrue(batch({ total_count: 3, success_count: 2 }, { type }).partial)
      assert.isTrue(batch({ total_count: 3, success_count: 0 }, { type }).partial)
      assert.isFalse(batch({ total_count: 3, success_count: 3 }, { type }).partial)
      assert.isFalse(batch({ total_count: 0, success_count: 0 }, { type }).partial)
    }
  )

  it("tell nothing of it where the end, the kind or a counter does not allow it", () => {
    const counters = { total_count: 3, success_count: 2 }
    for (const operation of [
      batch(counters, { status: "RUNNING" }),
      batch(counters, { status: "FAIL" }),
      batch(counters, { type: "ANALYTICS" }),
      batch(counters, { type: null }),
      batch({ total_count: 3 }),
      batch({ success_count: 3 }),
      batch({ items_count: 3 })
    ]) {
      assert.notProperty(operation, "partial")
    }
  })
})

describe("what it works on", () => {
  it.each([
    ["POOL.OPEN", { pool_id: "12" }, { type: "pool", id: "12" }],
    ["POOL.CLOSE", { pool_id: 12 }, { type: "pool", id: "12" }],
    ["POOL.CLONE", { project_id: "1", pool_id: "12" }, { type: "pool", id: "12" }],
    ["TRAINING.ARCHIVE", { training_id: "t", pool_id: "12" }, { type: "training", id: "t" }],
    ["PROJECT.ARCHIVE", { project_id: "7" }, { type: "project", id: "7" }],
    ["SOLUTION.AGGREGATE", { pool_id: 36_191_942, type: "DAWID_SKENE" }, { type: "pool", id: "36191942" }],
    ["KNOWN_SOLUTIONS.GENERATE", { pool_id: "12", poolName: "name" }, { type: "pool", id: "12" }],
    [null, { project_id: "7" }, { type: "project", id: "7" }]
  ])("is told by the parameters of %s: %j", (type, parameters, target) => {
    assert.deepStrictEqual(read({ type, parameters }).target, target)
  })

  it.each([
    ["POOL.OPEN", {}],
    ["POOL.OPEN", { project_id: "7" }],
    ["POOL.OPEN", { pool_id: null }],
    ["POOL.OPEN", { pool_id: { id: 12 } }],
    ["TASK.BATCH_CREATE", { open_pool: true }],
    ["ANALYTICS", { value: [{ name: "n", subject: "POOL", subject_id: "12" }] }]
  ])("is not guessed from the parameters of %s: %j", (type, parameters) => {
    assert.notProperty(read({ type, parameters }), "target")
  })
})

describe("result and error", () => {
  it("are the details other than the counters", () => {
    const clone = read({
      type: "POOL.CLONE",
      status: "SUCCESS",
      parameters: { pool_id: "1" },
      details: { pool_id: "2" }
    })
    assert.deepStrictEqual(clone.result, { pool_id: "2" })
    assert.deepStrictEqual(clone.target, { type: "pool", id: "1" })
    const mixed = read({ details: { total_count: 1, items_count: 1, note: "x" } })
    assert.deepStrictEqual(mixed.result, { note: "x" })
    assert.notProperty(read({ details: { total_count: 1 } }), "result")
    assert.notProperty(read({ details: {} }), "result")
    const analytics = { value: [{ request: { name: "n" }, result: 1.5, finished: "2024-05-06T07:08:09" }] }
    assert.deepStrictEqual(read({ type: "ANALYTICS", status: "SUCCESS", details: analytics }).result, analytics)
  })

  it("of a failure are told only where the details hold a code", () => {
    const details = { code: "EMPTY_POOL", message: "Pool is empty", request_id: "r" }
    assert.deepStrictEqual(read({ status: "FAIL", details }).error, {
      code: "EMPTY_POOL",
      message: "Pool is empty",
      details: [details]
    })
    assert.deepStrictEqual(read({ status: "FAIL", details: { code: "X" } }).error, {
      code: "X",
      message: "X",
      details: [{ code: "X" }]
    })
    for (const other of [{}, { code: 5 }, { total_count: 1 }]) {
      assert.notProperty(read({ status: "FAIL", details: other }), "error")
    }
    assert.notProperty(read({ status: "SUCCESS", details }), "error")
  })

  it("of the wrong kind are left out and told", () => {
    const operation = read({ parameters: "none", details: [1] })
    for (const field of ["metadata", "result", "counts", "target"]) assert.notProperty(operation, field)
    assert.deepStrictEqual(operation.anomalies, [
      { code: "wrong_type", field: "parameters", message: '"none" is not an object; left out' },
      { code: "wrong_type", field: "details", message: "[1] is not an object; left out" }
    ])
  })

  it("of an unknown kind are kept as they are", () => {
    const operation = read({
      type: "SOMETHING.NEW",
      status: "SUCCESS",
      parameters: { a: [1] },
      details: { b: { c: 2 } }
    })
    expect(operation).toMatchObject({ kind: "SOMETHING.NEW", metadata: { a: [1] }, result: { b: { c: 2 } } })
  })
})

describe("secrets", () => {
  const hush = "hush-hush"

  it("are taken out of metadata, result, error and raw", () => {
    const operation = read({
      type: "KNOWN_SOLUTIONS.GENERATE",
      status: "FAIL",
      parameters: { pool_id: "1", secret: hush, deep: [{ secret: hush }] },
      details: { code: "X", secret: hush }
    })
    assert.notInclude(JSON.stringify(operation), hush)
    expect(operation).toMatchObject({
      target: { type: "pool", id: "1" },
      metadata: { pool_id: "1", secret: "<redacted>" },
      result: { secret: "<redacted>" },
      raw: { parameters: { secret: "<redacted>" } }
    })
  })

  it("are taken out of what is said about a field of the wrong kind", () => {
    for (const fields of [
      { parameters: [{ secret: hush }] },
      { details: [{ secret: hush }] },
      { type: { secret: hush } },
      { progress: { secret: hush } },
      { details: { total_count: { secret: hush } } }
    ]) {
      assert.notInclude(JSON.stringify(read(fields)), hush)
    }
  })
})

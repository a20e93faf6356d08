import { assert, describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { LogStep } from "@opwatch/core/LogStep"
import { toLogStep } from "../src/TolokaLogWire.ts"
import { AnyStep } from "./AnyAnswer.ts"

const step = (sent: Schema.Json): LogStep => toLogStep("toloka/op-1", 4, sent)
const failing = (output: Schema.Json) => step({ type: "TASK_VALIDATE", success: false, input: {}, output }).errors

describe("a step that succeeded", () => {
  it("is mapped field by field", () => {
    const sent = {
      type: "TASK_CREATE",
      success: true,
      input: { __item_idx: "7", pool_id: 12, input_values: { image: "https://example.com/7.png" }, overlap: 3 },
      output: { task_id: "00000c2a--65e6e6b8e4b0bf7b07a02571" }
    }
    assert.deepStrictEqual<unknown>(step(sent), {
      ref: "toloka/op-1",
      index: 4,
      item: 7,
      type: "TASK_CREATE",
      success: true,
      input: sent.input,
      created: { type: "task", id: "00000c2a--65e6e6b8e4b0bf7b07a02571" },
      raw: sent
    })
  })

  it.each([
    ["TASK_CREATE", { task_id: "t" }, { type: "task", id: "t" }],
    ["TASK_SUITE_CREATE", { task_suite_id: "s" }, { type: "task_suite", id: "s" }],
    ["USER_BONUS_PERSIST", { user_bonus_id: "9" }, { type: "user_bonus", id: "9" }],
    ["USER_BONUS_PERSIST", { user_bonus_id: 9 }, { type: "user_bonus", id: "9" }],
    ["SOMETHING_NEW", { pool_id: "1" }, undefined],
    ["TASK_CREATE", {}, undefined],
    ["TASK_CREATE", null, undefined],
    ["TASK_CREATE", { task_id: null }, undefined]
  ])("as %s with output %j has created %j", (type, output, created) => {
    const { created: found, errors } = step({ type, success: true, input: {}, output })
    assert.deepStrictEqual(found, created)
    assert.isUndefined(errors)
  })
})

describe("what was sent", () => {
  it.each([
    ["0", 0],
    ["12", 12],
    [12, 12],
    ["007", 7]
  ])("carries the caller's index %j as %d", (index, item) => {
    assert.strictEqual(step({ type: "T", success: true, input: { __item_idx: index }, output: {} }).item, item)
  })

  it.each(["", "a", "1.5", "-1", 1.5, null, {}, "99999999999999999999"])("has no index in %j", (index) => {
    assert.notProperty(step({ type: "T", success: true, input: { __item_idx: index }, output: {} }), "item")
  })

  it("is kept as it came, money above all", () => {
    for (const amount of [1.5, "1.50", "0.10"]) {
      const input = { user_id: "u", amount, private_comment: "for pool 1" }
      const { input: kept, raw } = step({ type: "USER_BONUS_PERSIST", success: true, input, output: {} })
      assert.deepStrictEqual(kept, input)
      assert.deepInclude(raw, { input })
    }
  })

  it("may be anything, or nothing", () => {
    assert.deepStrictEqual(step({ type: "T", success: true, input: [1] }).input, [1])
    assert.notProperty(step({ type: "T", success: true, input: null }), "input")
    assert.notProperty(step({ type: "T", success: true }), "input")
  })
})

describe("a step that failed", () => {
  it("tells its errors by field", () => {
    assert.deepStrictEqual(
      failing({
        "input_values.image": { code: "VALUE_REQUIRED", message: "Value must be present" },
        "tasks.0.input_values.n": { code: "VALUE_TOO_LARGE", message: "At most 5", params: [5] },
        overlap: { code: "POSITIVE_REQUIRED" },
        code: { code: "UNKNOWN_FIELD", message: "No such field", params: null }
      }),
      [
        { field: "input_values.image", code: "VALUE_REQUIRED", message: "Value must be present" },
        { field: "tasks.0.input_values.n", code: "VALUE_TOO_LARGE", message: "At most 5", params: [5] },
        { field: "overlap", code: "POSITIVE_REQUIRED", message: "POSITIVE_REQUIRED" },
        { field: "code", code: "UNKNOWN_FIELD", message: "No such field" }
      ]
    )
  })

  it("tells its errors by field from within a validation error", () => {
    assert.deepStrictEqual(
      failing({
        code: "VALIDATION_ERROR",
        message: "Validation error",
        payload: { "tasks.0.image": { code: "INVALID_URL_SYNTAX", message: "Invalid URL" } }
      }),
      [{ field: "tasks.0.image", code: "INVALID_URL_SYNTAX", message: "Invalid URL" }]
    )
  })

  it("tells a plain error", () => {
    const plain = { code: "EMPTY_POOL", message: "Pool contains no tasks", request_id: "ao_1" }
    assert.deepStrictEqual(failing(plain), [{ code: "EMPTY_POOL", message: "Pool contains no tasks" }])
    for (const payload of [null, {}, "none", { field: "wrong" }]) {
      assert.deepStrictEqual(failing({ ...plain, payload }), [
        { code: "EMPTY_POOL", message: "Pool contains no tasks" }
      ])
    }
  })

  it("keeps its type and the pool that could not be opened", () => {
    const sent = {
      type: "POOL_OPEN",
      success: false,
      input: { pool_id: 36_191_942 },
      output: { code: "EMPTY_POOL", message: "Pool contains no tasks" }
    }
    expect(step(sent)).toMatchObject({ type: "POOL_OPEN", success: false, input: { pool_id: 36_191_942 }, raw: sent })
  })

  it.each([null, "no", [], {}, { "input_values.a": "wrong" }, { a: { message: "no code" } }])(
    "whose output %j tells nothing has no errors, and keeps it",
    (output) => {
      assert.deepStrictEqual(failing(output), [])
      assert.deepInclude(step({ type: "T", success: false, output }).raw, { output })
    }
  )

  it("is one that does not say that it succeeded", () => {
    for (const success of [false, null, "true", 1]) assert.isFalse(step({ type: "T", success }).success)
    assert.isFalse(step({ type: "T" }).success)
    assert.notProperty(step({ type: "T", output: { task_id: "t" } }), "created")
  })

  it("has a list of errors only where it says that it failed, or names one", () => {
    assert.deepStrictEqual(step({ type: "T", success: false }).errors, [])
    assert.notProperty(step({ type: "POOL.OPEN", status: "SUCCESS" }), "errors")
    assert.deepStrictEqual(step({ type: "T", output: { code: "C" } }).errors, [{ code: "C", message: "C" }])
  })
})

describe("any step", () => {
  it("that is no object is kept as an unknown one", () => {
    for (const sent of [null, 1, "step", [[]]]) {
      assert.deepStrictEqual<unknown>(step(sent), {
        ref: "toloka/op-1",
        index: 4,
        type: "UNKNOWN",
        success: false,
        raw: sent
      })
    }
  })

  it("shows no secret", () => {
    const text = JSON.stringify(
      step({ type: "T", success: false, input: { secret: "hush" }, output: { code: "C", payload: { secret: "hush" } } })
    )
    assert.notInclude(text, "hush")
  })

  const isLogStep = Schema.is(LogStep)

  it.prop(
    "is well-formed whatever was sent",
    [AnyStep],
    ([sent]) => {
      const mapped = step(sent)
      assert.isTrue(isLogStep(mapped))
      assert.isTrue(isLogStep(JSON.parse(JSON.stringify(Schema.encodeSync(LogStep)(mapped)))))
    },
    { arbitrary: { runs: 3_000 } }
  )
})

import { assert, describe, it } from "@effect/vitest"
import type { LogDigest } from "@opwatch/core/LogDigest"
import * as LogDigests from "@opwatch/core/LogDigest"
import { ProviderError, Unsupported } from "@opwatch/core/ProviderError"
import type { Json, JsonObject } from "effect/Schema"
import { diagnose } from "../src/TolokaDiagnosis.ts"
import { toLogStep } from "../src/TolokaLogWire.ts"
import { AnyAnswer } from "./AnyAnswer.ts"
import { asked, mapped, observedAt, read } from "./Read.ts"
import { toOperation } from "../src/TolokaWire.ts"
import * as Result from "effect/Result"

const log = (...steps: ReadonlyArray<Json>): LogDigest => {
  const collector = LogDigests.collector()
  for (const [index, step] of steps.entries()) collector.add(toLogStep("toloka/op-1", index, step))
  return collector.digest()
}

const missing = (code?: string): LogDigest => ({
  ...LogDigests.empty,
  missing: new ProviderError({
    ...asked,
    reason: new Unsupported(),
    message: "there is no log",
    requestId: "r-log",
    ...(code === undefined ? {} : { code })
  })
})

const details = (total: number, valid: number, succeeded: number): JsonObject => ({
  details: {
    total_count: total,
    valid_count: valid,
    not_valid_count: total - valid,
    success_count: succeeded,
    failed_count: total - succeeded
  }
})

const upload = (status: string, parameters: JsonObject, rest: JsonObject = {}) =>
  read({ type: "TASK.BATCH_CREATE", status, parameters, ...rest })
const failed = (type: string, error?: JsonObject) =>
  read({ type, status: "FAIL", parameters: { pool_id: "21" }, ...(error === undefined ? {} : { details: error }) })
const texts = (about: ReturnType<typeof diagnose>) => about.next.map(({ text }) => text)

describe("an upload that creates all or nothing", () => {
  it("takes its valid items down with it", () => {
    const { next, notes } = diagnose(upload("FAIL", { skip_invalid_items: false }, details(10, 9, 0)), LogDigests.empty)
    assert.deepStrictEqual(notes, [
      "The upload was told to create all or nothing (skip_invalid_items is false), so the 9 valid items were not created either."
    ])
    assert.match(next[0]?.text ?? "", /skip_invalid_items=true/)
    const one = diagnose(upload("FAIL", { skip_invalid_items: false }, details(2, 1, 0)), LogDigests.empty)
    assert.match(one.notes?.[0] ?? "", /so the 1 valid item was not created either/)
  })

  it.each([
    ["nothing is valid", upload("FAIL", { skip_invalid_items: false }, details(2, 0, 0))],
    ["all is valid", upload("FAIL", { skip_invalid_items: false }, details(2, 2, 0))],
    ["it was not told so", upload("FAIL", {}, details(2, 1, 0))],
    ["it did not fail", upload("SUCCESS", { skip_invalid_items: false }, details(2, 1, 1))]
  ])("is no matter where %s", (_, about) => assert.deepStrictEqual(diagnose(about, LogDigests.empty).notes, []))
})

describe("a pool that an upload could not open", () => {
  const step = (code: string, input: JsonObject = { pool_id: 3114 }): JsonObject => ({
    type: "POOL_OPEN",
    success: false,
    input,
    output: { code, message: "No", request_id: "ao_1" }
  })
  const about = upload("SUCCESS", { open_pool: true }, details(1, 1, 1))

  it("is told, with what to do, and is no item", () => {
    const { causes, next, notes, supportIds } = diagnose(about, log(step("EMPTY_POOL")))
    assert.deepStrictEqual(notes, ["The upload itself is done, but pool 3114 was not opened after it."])
    assert.deepStrictEqual(causes, [
      { code: "EMPTY_POOL", message: "pool 3114 could not be opened: No", count: 1, items: [] }
    ])
    assert.deepStrictEqual(next, [{ text: "Put tasks into pool 3114, then open it." }])
    assert.deepStrictEqual(supportIds, ["ao_1"])
  })

  it("may fail to open for another reason, and may not be named", () => {
    const { causes, next } = diagnose(about, log(step("CONFLICT_STATE", {})))
    assert.strictEqual(causes[0]?.message, "the pool could not be opened: No")
    assert.deepStrictEqual(next, [{ text: "Open the pool once what hinders that is out of the way." }])
  })

  it("is told of a failed upload too", () => {
    const { notes } = diagnose(upload("FAIL", {}), log(step("EMPTY_POOL")))
    assert.deepStrictEqual(notes, ["Pool 3114 was not opened."])
  })
})

describe("an upload without its log", () => {
  it("says that it is archived", () => {
    const { next, notes, supportIds } = diagnose(
      upload("SUCCESS", {}, details(4, 3, 3)),
      missing("OPERATION_LOGS_ARCHIVED")
    )
    assert.deepStrictEqual(notes, [
      "Its log is archived, for Toloka keeps logs for a month: what became of each item cannot be told."
    ])
    assert.deepStrictEqual(next, [
      { text: "To know what is missing, compare what was sent with what exists in Toloka." }
    ])
    assert.deepStrictEqual(supportIds, ["r-log"])
  })

  it("says that there is none", () => {
    const { notes } = diagnose(upload("FAIL", {}), missing())
    assert.deepStrictEqual(notes, ["There is no log of it: what became of each item cannot be told."])
  })

  it("needs none where all was created, nor before it ended", () => {
    const whole = diagnose(upload("SUCCESS", {}, details(4, 4, 4)), missing("OPERATION_LOGS_ARCHIVED"))
    assert.deepStrictEqual([whole.notes, whole.next], [["Its log is archived, for Toloka keeps logs for a month."], []])
    assert.deepStrictEqual(diagnose(upload("RUNNING", {}, details(4, 4, 1)), missing()).notes, [])
  })
})

describe("a failure of another kind", () => {
  it("has its details and nothing else", () => {
    const { causes, notes } = diagnose(failed("POOL.OPEN", { blocked_by: ["22"] }), missing())
    assert.deepStrictEqual(notes, ["Toloka keeps no log of it."])
    assert.deepStrictEqual(causes, [
      { code: "FAIL", message: 'all that Toloka tells is {"blocked_by":["22"]}', count: 1, items: [] }
    ])
    assert.deepStrictEqual(diagnose(failed("POOL.OPEN"), missing()).causes, [])
  })

  it("has them in short, or in the words of their message", () => {
    const [long] = diagnose(failed("POOL.OPEN", { text: "x".repeat(2_000) }), missing()).causes
    assert.isBelow(long?.message.length ?? Infinity, 600)
    const [told] = diagnose(failed("POOL.OPEN", { message: "Pool is blocked" }), missing()).causes
    assert.strictEqual(told?.message, "all that Toloka tells is Pool is blocked")
  })
})

describe("a success of another kind", () => {
  it("of opening a pool is not the end of its work", () => {
    const { notes } = diagnose(read({ type: "POOL.OPEN", status: "SUCCESS" }), missing())
    assert.deepStrictEqual(notes, ["The pool is open now; that does not mean that the work in it is done."])
    assert.deepStrictEqual(diagnose(read({ type: "POOL.OPEN" }), LogDigests.empty).notes, [])
  })

  it("of copying names the copy", () => {
    const copy = (type: string, result: JsonObject) =>
      diagnose(read({ type, status: "SUCCESS", details: result }), missing())
    assert.deepStrictEqual(copy("POOL.CLONE", { pool_id: "22" }).notes, ["The copy is pool 22."])
    assert.deepStrictEqual(copy("TRAINING.CLONE", { training_id: 8 }).notes, ["The copy is training 8."])
    assert.deepStrictEqual(copy("POOL.CLONE", {}).notes, [])
  })
})

describe("an error code", () => {
  it.each<readonly [string, RegExp]>([
    ["EMPTY_POOL", /^Put tasks into pool 21, then open it\.$/],
    ["POOL_LOCKED_BY_ANOTHER_OPERATION", /^Another operation works on the same pool\. .*start it again\.$/],
    ["INAPPROPRIATE_STATUS", /^Pool 21 is in a state that does not allow this/],
    ["CONFLICT_STATE", /^Pool 21 is in a state that does not allow this/],
    ["DOES_NOT_EXIST", /^Check the ids that were sent/],
    ["ACCESS_DENIED", /may not do this/],
    ["INTERNAL_ERROR", /on Toloka's side: start it again later/],
    ["REMOTE_SERVICE_UNAVAILABLE", /on Toloka's side: start it again later/]
  ])("%s in the details says what to do", (code, expected) => {
    const { next, supportIds } = diagnose(failed("POOL.OPEN", { code, message: "No", request_id: "ao_2" }), missing())
    assert.match(next[0]?.text ?? "", expected)
    assert.deepStrictEqual(supportIds, ["ao_2"])
  })

  it("names the states that would do", () => {
    const payload = { appropriate_statuses: ["OPEN", "LOCKED"] }
    assert.deepStrictEqual(
      texts(diagnose(failed("POOL.CLOSE", { code: "INAPPROPRIATE_STATUS", payload }), missing())),
      ["Pool 21 has to be OPEN or LOCKED for this: look at its state first."]
    )
  })

  it("of items says what to do once for all of them", () => {
    const refused = {
      type: "USER_BONUS_VALIDATE",
      success: false,
      output: { user_id: { code: "ENTITY_CONFLICT", message: "Twice" } }
    }
    const broken = { type: "TASK_CREATE", success: false, output: { code: "INTERNAL_ERROR", message: "No" } }
    const told = texts(diagnose(upload("SUCCESS", {}), log(refused, refused, broken)))
    assert.lengthOf(told, 2)
    assert.match(told[0] ?? "", /^Let the doubled items differ/)
    assert.match(told[1] ?? "", /send what was not created again later/)
  })

  it("that is not known adds nothing", () => {
    assert.deepStrictEqual(diagnose(failed("POOL.OPEN", { code: "NEW_CODE" }), missing()).next, [])
  })
})

describe("any JSON", () => {
  it.prop("that is an operation can be diagnosed", [AnyAnswer, AnyAnswer], ([answer, step]) => {
    const operation = toOperation(answer, asked, observedAt)
    if (Result.isFailure(operation)) return
    const { causes, next, notes = [], supportIds } = diagnose(operation.success, log(step))
    for (const text of [...notes, ...next.map((one) => one.text)]) assert.notInclude(text, "undefined")
    for (const text of [...supportIds, ...causes.map(({ message }) => message)]) assert.isString(text)
  })

  it("is called by its own name where it has no other", () => {
    assert.isUndefined(diagnose(mapped({ id: "op-1", status: "RUNNING" }), LogDigests.empty).subject)
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { Cause, empty, NextStep } from "../src/Diagnosis.ts"
import { explain, Explanation } from "../src/Explanation.ts"
import { Operation } from "../src/Operation.ts"
import { operation } from "./Samples.ts"

describe("an explanation", () => {
  const own = { code: "E1", message: "the operation's own", details: [] }
  const cause = (code: string): Cause => ({ code, message: `because of ${code}`, count: 2, items: [1, 2] })
  const step: NextStep = { text: "Ask for more quota." }
  const failure = (code: string) => ({
    cause: cause(code),
    first: { ref: "toloka/op-1", index: 0, type: "TASK_CREATE", success: false, raw: {} }
  })
  const log = { failures: [failure("E3")], created: [{ type: "task", count: 5 }] }

  it("names the operation's own error where nothing else is known", () => {
    assert.deepStrictEqual(explain(operation("failed", { error: own }), empty).causes, [
      { code: "E1", message: "the operation's own", count: 1, items: [] }
    ])
  })

  it("prefers what the provider's details and the log say, in that order", () => {
    const told = explain(
      operation("failed", { error: own }),
      { causes: [cause("E2")], next: [step], supportIds: [] },
      log
    )
    assert.deepStrictEqual(told.causes, [cause("E2"), cause("E3")])
    assert.deepStrictEqual(told.created, [{ type: "task", count: 5 }])
  })

  it("says once what the provider's rules and the log both say, in the words of the rules", () => {
    const plain = { code: "E3", message: "in plain words", count: 1, items: [] }
    const told = explain(
      operation("failed"),
      { ...empty, causes: [plain] },
      { ...log, failures: [...log.failures, failure("E4")] }
    )
    assert.deepStrictEqual(told.causes, [plain, cause("E4")])
  })

  it("gives the general advice before the provider's, each once", () => {
    const wait: NextStep = { text: "Wait until it ends.", command: "opwatch wait toloka/op-1" }
    assert.deepStrictEqual(explain(operation("running"), { ...empty, next: [step, wait, step] }).next, [wait, step])
  })

  it("calls the operation what the provider's rules call it, and ends the summary with their notes", () => {
    const diagnosis = { ...empty, subject: "Opening pool 21", notes: ["The pool is open now."] }
    assert.strictEqual(
      explain(operation("succeeded"), diagnosis).summary,
      "Opening pool 21 succeeded. The pool is open now."
    )
  })

  it("gives every id for support once, the operation's own first", () => {
    const { supportIds } = explain(operation("failed"), { ...empty, supportIds: ["trace-1", "op-1", "trace-1"] })
    assert.deepStrictEqual(supportIds, ["op-1", "trace-1"])
  })

  const diagnoses = Arbitrary.schema(
    Schema.Struct({
      subject: Schema.NonEmptyString,
      notes: Schema.Array(Schema.Literals(["A note.", "Another."])),
      causes: Schema.Array(Cause),
      next: Schema.Array(NextStep),
      supportIds: Schema.Array(Schema.String)
    })
  )
  it.prop("is there for every operation, and says something", [Operation, diagnoses], ([any, diagnosis]) => {
    const told = explain(any, diagnosis)
    assert.isTrue(Schema.is(Explanation)(told))
    assert.match(told.summary, /\.$/)
    assert.isTrue(any.state !== "failed" || diagnosis.causes.length > 0 || told.causes.length + told.next.length > 0)
  })
})

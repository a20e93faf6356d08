import { assert, describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { Cause, empty, NextStep } from "../src/Diagnosis.ts"
import { explain, Explanation } from "../src/Explanation.ts"
import { Operation } from "../src/Operation.ts"
import type { OperationState } from "../src/OperationState.ts"
import { operation, time } from "./Samples.ts"

const upload = { kind: "TASK.BATCH_CREATE" }
const took = {
  ...upload,
  submittedAt: time("2024-05-01T00:00:00Z"),
  startedAt: time("2024-05-01T00:00:01.5Z"),
  finishedAt: time("2024-05-01T00:02:06.5Z")
}
const said = (state: OperationState, rest: Parameters<typeof operation>[1] = {}) => {
  const { next, summary } = explain(operation(state, rest), empty)
  return [
    summary,
    ...next.map(({ command, text }) => (command === undefined ? `- ${text}` : `- ${text} ${command}`))
  ].join("\n")
}

describe("an explanation in words", () => {
  it("of one that has not started", () => {
    expect(said("pending", upload)).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE has not started yet.
      - Wait until it ends. opwatch wait toloka/op-1"
    `)
  })

  it("of one that runs", () => {
    expect(said("running", upload)).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE is running.
      - Wait until it ends. opwatch wait toloka/op-1"
    `)
    expect(said("running", { ...upload, progress: 40 })).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE is running, 40 % done.
      - Wait until it ends. opwatch wait toloka/op-1"
    `)
    expect(said("running", { ...upload, progress: (100 * 2) / 3 })).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE is running, 66 % done.
      - Wait until it ends. opwatch wait toloka/op-1"
    `)
  })

  it("of one that is rolled back", () => {
    expect(said("rolling_back", { kind: "yandex.cloud.compute.v1.CreateInstance" })).toMatchInlineSnapshot(`
      "yandex.cloud.compute.v1.CreateInstance met a failure and is being rolled back; it has not ended yet.
      - Wait until it ends. opwatch wait toloka/op-1"
    `)
  })

  it("of one in a state not heard of", () => {
    expect(said("unknown", { ...upload, progress: 5 })).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE is in a state that opwatch has not heard of, 5 % done; it is not counted as ended.
      - Wait until it ends. opwatch wait toloka/op-1"
    `)
  })

  it("of one that succeeded", () => {
    expect(said("succeeded")).toMatchInlineSnapshot(`"The operation succeeded."`)
    expect(said("succeeded", took)).toMatchInlineSnapshot(`"TASK.BATCH_CREATE succeeded after 2m5s."`)
    expect(said("succeeded", { ...took, counts: { total: 10, succeeded: 10 } })).toMatchInlineSnapshot(
      `"TASK.BATCH_CREATE succeeded after 2m5s. Items created: 10 of 10."`
    )
  })

  it("of one that succeeded in part", () => {
    const counts = { total: 10, valid: 8, invalid: 2, succeeded: 7, failed: 1 }
    expect(said("succeeded", { ...took, counts, partial: true })).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE succeeded after 2m5s. Items created: 7 of 10, 3 left behind, 2 found not valid.
      - See which items were left behind. opwatch log toloka/op-1 --failed
      - Correct those and send only them again: the others exist already."
    `)
    expect(said("succeeded", { ...took, counts: { total: 3, invalid: 3, succeeded: 0 }, partial: true }))
      .toMatchInlineSnapshot(`
        "TASK.BATCH_CREATE succeeded after 2m5s. Items created: 0 of 3, 3 found not valid.
        - See which items were left behind. opwatch log toloka/op-1 --failed
        - Correct them and send the whole batch again: nothing of it was created."
      `)
  })

  it("of one that failed for no reason given", () => {
    expect(said("failed", took)).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE failed after 2m5s.
      - The provider gave no reason: give its support the ids listed here."
    `)
  })

  it("of one that failed with an error", () => {
    const error = { code: "RESOURCE_EXHAUSTED", message: "Quota limit exceeded", details: [] }
    expect(said("failed", { kind: "yandex.cloud.compute.v1.CreateInstance", error })).toMatchInlineSnapshot(
      `"yandex.cloud.compute.v1.CreateInstance failed."`
    )
  })

  const error = { code: "VALIDATION_ERROR", message: "Validation error", details: [] }

  it("of a batch that failed whole", () => {
    const counts = { total: 10, valid: 9, invalid: 1, succeeded: 0, failed: 9 }
    expect(said("failed", { ...took, error, counts })).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE failed after 2m5s. Items created: 0 of 10, 1 found not valid.
      - See each item that failed. opwatch log toloka/op-1 --failed
      - Correct them and send the whole batch again: nothing of it was created."
    `)
  })

  it("of a batch that failed after a part of it was created", () => {
    expect(said("failed", { ...took, error, counts: { total: 10, succeeded: 4 } })).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE failed after 2m5s. Items created: 4 of 10, 6 left behind.
      - See each item that failed. opwatch log toloka/op-1 --failed"
    `)
  })

  it("of a batch that failed, no one knows how far", () => {
    expect(said("failed", { ...took, error, counts: { total: 10 } })).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE failed after 2m5s.
      - See each item that failed. opwatch log toloka/op-1 --failed"
    `)
  })

  it("of one that was cancelled", () => {
    expect(said("cancelled", { ...took, kind: "yandex.cloud.compute.v1.CreateDisk" })).toMatchInlineSnapshot(
      `"yandex.cloud.compute.v1.CreateDisk was cancelled after 2m5s."`
    )
  })

  it("of one that is lost", () => {
    expect(said("lost", upload)).toMatchInlineSnapshot(`
      "TASK.BATCH_CREATE was found before, and the provider no longer finds it.
      - Check the source: ids do not cross between installations, and old operations are forgotten."
    `)
  })
})

describe("an explanation", () => {
  const own = { code: "E1", message: "the operation's own", details: [] }
  const cause = (code: string): Cause => ({ code, message: `because of ${code}`, count: 2, items: [1, 2] })
  const step: NextStep = { text: "Ask for more quota." }
  const log = { causes: [cause("E3")], created: [{ type: "task", count: 5 }], failedSteps: 1 }

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

  it("puts the provider's advice before the general one", () => {
    const { next } = explain(operation("running"), { causes: [], next: [step], supportIds: [] })
    assert.deepStrictEqual(next, [step, { text: "Wait until it ends.", command: "opwatch wait toloka/op-1" }])
  })

  it("gives every id for support once, the operation's own first", () => {
    const { supportIds } = explain(operation("failed"), { ...empty, supportIds: ["trace-1", "op-1", "trace-1"] })
    assert.deepStrictEqual(supportIds, ["op-1", "trace-1"])
  })

  it("leaves the duration out where the times make none", () => {
    const late = { startedAt: time("2024-05-01T00:00:01Z"), finishedAt: time("2024-05-01T00:00:00Z") }
    assert.strictEqual(explain(operation("succeeded", late), empty).summary, "The operation succeeded.")
  })

  it("measures from the submission where the start is not known", () => {
    const times = { submittedAt: time("2024-05-01T00:00:00Z"), finishedAt: time("2024-05-01T01:30:00Z") }
    assert.strictEqual(explain(operation("succeeded", times), empty).summary, "The operation succeeded after 1h30m.")
  })

  it("calls an operation without a kind by its description", () => {
    const described = operation("pending", { description: "Create disk" })
    assert.strictEqual(explain(described, empty).summary, "Create disk has not started yet.")
  })

  const diagnoses = Arbitrary.schema(
    Schema.Struct({
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

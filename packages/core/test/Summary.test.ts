import { assert, describe, it } from "@effect/vitest"
import type { Counts } from "../src/Operation.ts"
import { summarize } from "../src/Summary.ts"
import { operation, time } from "./Samples.ts"

const upload = { kind: "TASK.BATCH_CREATE" }
const took = {
  ...upload,
  submittedAt: time("2024-05-01T00:00:00Z"),
  startedAt: time("2024-05-01T00:00:01.5Z"),
  finishedAt: time("2024-05-01T00:02:06.5Z")
}
const seen = { ...took, observedAt: time("2024-05-01T03:00:01.5Z") }

describe("a summary says how it stands", () => {
  it.each([
    ["pending", upload, "TASK.BATCH_CREATE has not started yet."],
    ["pending", seen, "TASK.BATCH_CREATE has not started yet; it was submitted 3h ago."],
    ["running", upload, "TASK.BATCH_CREATE is running."],
    ["running", { ...upload, progress: 200 / 3 }, "TASK.BATCH_CREATE is running, 66 % done."],
    ["running", { ...seen, progress: 40 }, "TASK.BATCH_CREATE has been running for 3h, 40 % done."],
    [
      "rolling_back",
      seen,
      "TASK.BATCH_CREATE met a failure, and what it had done is being undone. It has not ended yet."
    ],
    [
      "unknown",
      { ...upload, progress: 5 },
      "TASK.BATCH_CREATE is in a state that opwatch does not know, 5 % done, so it does not count as ended."
    ],
    ["succeeded", upload, "TASK.BATCH_CREATE succeeded."],
    ["succeeded", took, "TASK.BATCH_CREATE succeeded after 2m5s."],
    ["failed", took, "TASK.BATCH_CREATE failed after 2m5s."],
    ["cancelled", took, "TASK.BATCH_CREATE was cancelled after 2m5s."],
    [
      "lost",
      took,
      "TASK.BATCH_CREATE was found before, and the provider no longer finds it. How it ended is not known."
    ]
  ] as const)("%s", (state, rest, expected) => assert.strictEqual(summarize(operation(state, rest)), expected))

  it("and measures from the submission where the start is not known", () => {
    const times = { submittedAt: time("2024-05-01T00:00:00Z"), finishedAt: time("2024-05-01T01:30:00Z") }
    assert.strictEqual(summarize(operation("succeeded", times)), "The operation succeeded after 1h30m.")
  })

  it("and measures nothing where the times contradict each other", () => {
    const late = { startedAt: time("2024-05-01T00:00:01Z"), finishedAt: time("2024-05-01T00:00:00Z") }
    assert.strictEqual(summarize(operation("succeeded", late)), "The operation succeeded.")
    const early = { submittedAt: time("2024-05-01T00:00:00Z"), observedAt: time("2024-04-30T00:00:00Z") }
    assert.strictEqual(summarize(operation("running", early)), "The operation is running.")
  })
})

describe("a summary says what it is about", () => {
  const target = { type: "functionVersion", id: "d4e1" }
  it.each([
    [{}, "The operation succeeded."],
    [{ description: "" }, "The operation succeeded."],
    [{ description: "Create disk", kind: "compute.CreateDisk" }, "Create disk succeeded."],
    [{ kind: "acme.functions.v1.CreateFunctionVersion", target }, "Create function version d4e1 succeeded."],
    [{ kind: "acme.v1.ResetVM" }, "Reset VM succeeded."],
    [{ kind: "CreateDisk" }, "CreateDisk succeeded."],
    [{ description: "Create function version", target }, "Create function version d4e1 succeeded."],
    [{ kind: "Deploy", target }, "Deploy (function version d4e1) succeeded."],
    [{ kind: "Delete", target: { type: "user_bonus", id: "7" } }, "Delete (user bonus 7) succeeded."]
  ])("%j", (rest, expected) => assert.strictEqual(summarize(operation("succeeded", rest)), expected))
})

describe("a summary says what became of the items", () => {
  const about = (state: "succeeded" | "failed" | "running", counts: Counts, partial?: boolean) =>
    summarize(operation(state, { counts, ...(partial === undefined ? {} : { partial }) }), "It").replace(
      /^It \w+\. /,
      ""
    )

  it.each<readonly ["succeeded" | "failed" | "running", Counts, string]>([
    ["succeeded", { total: 0, succeeded: 0 }, "It had no items."],
    ["succeeded", { total: 1, succeeded: 1 }, "Its one item was created."],
    ["succeeded", { total: 10, succeeded: 10 }, "All 10 items were created."],
    ["failed", { total: 1, succeeded: 0 }, "Its one item was not created."],
    ["failed", { total: 1, succeeded: 0, invalid: 1 }, "Its one item was not created: it is not valid."],
    ["failed", { total: 10, succeeded: 0 }, "None of the 10 items was created."],
    ["failed", { total: 10, succeeded: 0, invalid: 1 }, "None of the 10 items was created; 1 was not valid."],
    ["failed", { total: 10, succeeded: 0, invalid: 4 }, "None of the 10 items was created; 4 were not valid."],
    ["failed", { total: 10, succeeded: 1 }, "1 of 10 items was created; 9 were left behind."],
    ["failed", { total: 10, succeeded: 9, invalid: 1 }, "9 of 10 items were created; 1 was left behind as not valid."],
    [
      "failed",
      { total: 9, succeeded: 6, invalid: 2 },
      "6 of 9 items were created; 3 were left behind, 2 of them not valid."
    ],
    ["failed", { total: 10 }, "It failed."],
    ["running", { total: 10, succeeded: 0 }, "It is running. So far 0 of 10 items are created."],
    ["running", { total: 1, succeeded: 1 }, "It is running. So far 1 of 1 item is created."]
  ])("%s %j", (state, counts, expected) => assert.strictEqual(about(state, counts), expected))

  it("and that a success was one in part, or none", () => {
    assert.strictEqual(
      about("succeeded", { total: 3, succeeded: 2 }, true),
      "It succeeded only in part. 2 of 3 items were created; 1 was left behind."
    )
    assert.strictEqual(
      about("succeeded", { total: 3, succeeded: 0 }, true),
      "It ended without creating anything. None of the 3 items was created."
    )
  })
})

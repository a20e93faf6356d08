import { assert, describe, it } from "@effect/vitest"
import { generalRules } from "../src/GeneralRules.ts"
import type { LogDigest } from "../src/LogDigest.ts"
import * as LogDigests from "../src/LogDigest.ts"
import type { Anomaly, Operation } from "../src/Operation.ts"
import { Unsupported } from "../src/ProviderError.ts"
import * as Rule from "../src/Rule.ts"
import { error, operation, time } from "./Samples.ts"

const said = (about: Operation, log: LogDigest = LogDigests.empty) => {
  const { next, notes = [] } = Rule.apply(generalRules, { operation: about, log })
  return [...notes, ...next.map(({ command, text }) => (command === undefined ? text : `${text} [${command}]`))]
}

const wait = "Wait until it ends. [opwatch wait toloka/op-1]"
const failed = "[opwatch log toloka/op-1 --failed]"
const sendAll = "Correct what is wrong and send the whole batch again: nothing of it was created."
const withFailure: LogDigest = {
  created: [],
  failures: [
    {
      cause: { code: "E1", message: "wrong", count: 1, items: [] },
      first: { ref: "toloka/op-1", index: 0, type: "POOL_OPEN", success: false, raw: {} }
    }
  ]
}

describe("what has not ended", () => {
  it("is to be waited for", () => {
    for (const state of ["pending", "running", "unknown"] as const) {
      assert.deepStrictEqual(said(operation(state)), [wait])
    }
    assert.deepStrictEqual(said(operation("rolling_back")), [
      "Wait until that has ended; it counts as failed then. [opwatch wait toloka/op-1]"
    ])
  })

  it("and has gone on for a day may be one for support", () => {
    const since = (from: string) =>
      said(operation("running", { startedAt: time(from), observedAt: time("2024-05-03T00:00:00Z") }))
    assert.deepStrictEqual(since("2024-05-02T00:00:01Z"), [wait])
    assert.deepStrictEqual(since("2024-05-01T22:00:00Z"), [
      wait,
      "If nothing moves any more after 1d2h, ask the provider's support about op-1."
    ])
  })
})

describe("a success", () => {
  it("leaves nothing to do", () => assert.deepStrictEqual(said(operation("succeeded")), []))

  it("in part says how to see what is where, and what to send again", () => {
    const counts = { total: 10, succeeded: 7 }
    assert.deepStrictEqual(said(operation("succeeded", { counts, partial: true }), withFailure), [
      `See which items were left behind, and why. ${failed}`,
      "See what was created. [opwatch log toloka/op-1 --created]",
      "Correct what was left behind and send only that again: the rest exists already."
    ])
  })

  it("in part that created nothing says to send all of it again", () => {
    const counts = { total: 3, succeeded: 0 }
    assert.deepStrictEqual(said(operation("succeeded", { counts, partial: true })), [
      `See which items were left behind, and why. ${failed}`,
      sendAll
    ])
  })

  it("in part points to no log that is not there", () => {
    const counts = { total: 3, succeeded: 2 }
    const log = { ...LogDigests.empty, missing: error(new Unsupported()) }
    assert.deepStrictEqual(said(operation("succeeded", { counts, partial: true }), log), [
      "Correct what was left behind and send only that again: the rest exists already."
    ])
  })

  it("with a step that failed points to that step", () => {
    assert.deepStrictEqual(said(operation("succeeded"), withFailure), [`See each step that failed. ${failed}`])
  })
})

describe("a failure", () => {
  it("points to the steps that failed, where there are any", () => {
    assert.deepStrictEqual(said(operation("failed"), withFailure), [`See each step that failed. ${failed}`])
    assert.deepStrictEqual(said(operation("failed")), [])
  })

  it("of a whole batch says to send all of it again, and of a part of it not", () => {
    assert.deepStrictEqual(said(operation("failed", { counts: { total: 4, succeeded: 0 } })), [sendAll])
    assert.deepStrictEqual(said(operation("failed", { counts: { total: 4, succeeded: 1 } })), [])
  })
})

describe("what was cancelled", () => {
  it("may have left something behind", () => {
    assert.deepStrictEqual(said(operation("cancelled", { target: { type: "functionVersion", id: "d1" } })), [
      "Look at function version d1: what was done before the cancel may remain."
    ])
    assert.deepStrictEqual(said(operation("cancelled")), [])
  })
})

describe("what is lost", () => {
  it("may be old, or on another installation", () => {
    assert.deepStrictEqual(said(operation("lost")), [
      "Old operations are forgotten. If it is not old, check that toloka is the right source: ids do not cross between installations."
    ])
  })
})

describe("an anomaly", () => {
  const note = (anomaly: Anomaly) => said(operation("succeeded", { anomalies: [anomaly] }))

  it.each<readonly [Anomaly["code"], string, string]>([
    ["unknown_status", '"PAUSED" is not a known status', 'The provider calls it "PAUSED".'],
    [
      "error_and_result",
      "both came",
      "The provider sent both an error and a result; opwatch takes that for a failure."
    ],
    [
      "other_id",
      'the answer is about "op-2"',
      'Beware: the answer is about "op-2", which is not the operation that was asked for.'
    ],
    [
      "reopened",
      "running was reported after succeeded",
      "It had ended before: running was reported after succeeded; opwatch keeps to the first end."
    ],
    [
      "changed_after_end",
      "failed at first, succeeded later",
      "The provider changed its mind: failed at first, succeeded later; opwatch keeps to the first end."
    ]
  ])("of the code %s is told", (code, message, expected) => assert.deepStrictEqual(note({ code, message }), [expected]))

  it("is told where a counter is missing for it, and otherwise is not worth a word", () => {
    const message = "-1 is not between 0 and 10; left out"
    assert.deepStrictEqual(note({ code: "out_of_range", field: "details.success_count", message }), [
      `Not all is counted: details.success_count ${message}.`
    ])
    assert.deepStrictEqual(note({ code: "wrong_type", field: "progress", message }), [])
    const text = '"3" is a number written as text'
    assert.deepStrictEqual(note({ code: "wrong_type", field: "details.total_count", message: text }), [])
    assert.deepStrictEqual(note({ code: "impossible_date", field: "submitted", message }), [])
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as ExpectedEnd from "../src/ExpectedEnd.ts"
import * as Timestamp from "../src/Timestamp.ts"

const at = (seconds: number) => Timestamp.fromMillis(seconds * 1000)
const running = { state: "running", progress: 25, since: at(100), observedAt: at(130) } as const

describe("ExpectedEnd", () => {
  it("goes on at the pace so far", () => {
    assert.strictEqual(ExpectedEnd.fromProgress(running), at(220))
  })

  it("is told in whole milliseconds", () => {
    assert.strictEqual(ExpectedEnd.fromProgress({ ...running, progress: 33 }), "1970-01-01T00:03:10.909Z")
  })

  it.each([
    ["of one that is not running", { ...running, state: "rolling_back" as const }],
    ["without progress", { ...running, progress: undefined }],
    ["of no progress yet", { ...running, progress: 0 }],
    ["of one whose progress is complete", { ...running, progress: 100 }],
    ["without a beginning", { ...running, since: undefined }],
    ["of one that began later than now, as clocks differ", { ...running, since: at(131) }],
    ["with more than a year to go", { ...running, progress: 1, since: at(-86_400 * 4) }]
  ])("is not known %s", (_, progressing) => {
    assert.isUndefined(ExpectedEnd.fromProgress(progressing))
  })
})

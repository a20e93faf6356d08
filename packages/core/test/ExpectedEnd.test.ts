import { assert, describe, it } from "@effect/vitest"
import * as Durations from "../src/Durations.ts"
import * as ExpectedEnd from "../src/ExpectedEnd.ts"
import { substance } from "../src/Operation.ts"
import * as Timestamp from "../src/Timestamp.ts"
import { operation, source } from "./Samples.ts"

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

describe("withExpectedEnd", () => {
  const durations = Durations.make()
  for (let end = 0; end < 100; end++) {
    durations.learn({ source, kind: "POOL.OPEN", millis: 50_000 + 200 * ((end * 37) % 100), isOver: true })
  }
  const going = { kind: "POOL.OPEN", submittedAt: at(100), observedAt: at(110) }

  it("tells half of what ended later, and nine in ten, as ages of this operation", () => {
    const { expectedEnd, expectedEndRange } = ExpectedEnd.withExpectedEnd(operation("running", going), durations)
    const second = (time: Timestamp.Timestamp | undefined) =>
      time === undefined ? NaN : Timestamp.toMillis(time) / 1_000
    assert.approximately(second(expectedEnd), 160, 1)
    assert.approximately(second(expectedEndRange?.earliest), 150, 2)
    assert.approximately(second(expectedEndRange?.latest), 170, 3)
  })

  it("is later for one that has gone on for longer than others did", () => {
    const { expectedEnd } = ExpectedEnd.withExpectedEnd(
      operation("running", { ...going, observedAt: at(200) }),
      durations
    )
    assert.isTrue(expectedEnd !== undefined && Timestamp.toMillis(expectedEnd) > 200_000)
  })

  it("comes from progress where no history tells it, counted from the start of the work", () => {
    const half = { kind: "other", submittedAt: at(0), startedAt: at(100), observedAt: at(130), progress: 50 }
    const { expectedEnd } = ExpectedEnd.withExpectedEnd(operation("running", half), durations)
    assert.isTrue(expectedEnd !== undefined && Timestamp.toMillis(expectedEnd) > 150_000)
    assert.isTrue(expectedEnd !== undefined && Timestamp.toMillis(expectedEnd) < 180_000)
  })

  it("is no change of the operation", () => {
    const before = operation("running", going)
    const after = ExpectedEnd.withExpectedEnd(before, durations)
    assert.notDeepEqual(after, before)
    assert.deepStrictEqual(substance(after), substance(before))
  })

  it.each([
    ["of one that has ended", operation("succeeded", going)],
    ["of one that is rolled back", operation("rolling_back", going)],
    ["of a kind that nothing is known of", operation("running", { ...going, kind: "other" })],
    ["without a submission", operation("running", { kind: "POOL.OPEN" })]
  ])("is left as it was %s", (_, given) => {
    assert.strictEqual(ExpectedEnd.withExpectedEnd(given, durations), given)
  })
})

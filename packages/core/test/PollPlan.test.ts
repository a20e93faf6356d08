import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as PollPlan from "../src/PollPlan.ts"

const Age = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000_000 }))
const after = (plan: PollPlan.PollPlan, age: number) => Duration.toMillis(plan(Duration.millis(age)))

/** When a plan polls an operation that lasts so long, to the first poll after its end. */
const pollsUntil = (plan: PollPlan.PollPlan, end: number) => {
  const polls = [0]
  for (let at = 0; at < end; polls.push(at)) at += after(plan, at)
  return polls
}

describe("fromAge", () => {
  const plan = PollPlan.fromAge()

  it.each([
    [0, 200],
    [20, 200],
    [2_000, 2_000],
    [50_000, 10_000],
    [1_800_000, 60_000],
    [7_200_000, 120_000]
  ])("at an age of %d ms waits %d ms", (age, delay) => assert.closeTo(after(plan, age), delay, 0.001))

  it("waits longer where a poll costs more", () => {
    assert.closeTo(after(PollPlan.fromAge(Duration.seconds(4)), 50_000), 20_000, 0.001)
  })

  it.prop("is never under 0.2 s, never shorter at a greater age, and without bound", [Age, Age], ([a, b]) => {
    const [younger, older] = [after(plan, Math.min(a, b)), after(plan, Math.max(a, b))]
    assert.isAtLeast(younger, 200)
    assert.isAtLeast(older, younger)
    assert.isTrue(older === 200 || Math.abs(older - Math.sqrt(2_000 * Math.max(a, b))) < 0.001)
  })

  it("asks for little and comes late by little, whether a minute or a day passes", () => {
    const cost = (end: number) => {
      const polls = pollsUntil(plan, end)
      return { polls: polls.length, late: (polls.at(-1) ?? 0) - end }
    }
    for (const [end, most, late] of [
      [60_000, 16, 12_000],
      [3_600_000, 92, 90_000],
      [86_400_000, 425, 425_000]
    ] as const) {
      const paid = cost(end)
      assert.isAtMost(paid.polls, most)
      assert.isAtLeast(paid.late, 0)
      assert.isAtMost(paid.late, late)
    }
  })
})

describe("fixed", () => {
  it.prop("waits the same at every age", [Age], ([age]) => {
    assert.strictEqual(after(PollPlan.fixed(Duration.seconds(3)), age), 3_000)
  })
})

describe("atMost", () => {
  it.prop("is the plan, cut at the longest delay", [Age, Age], ([age, longest]) => {
    const plan = PollPlan.fromAge()
    const cut = after(PollPlan.atMost(plan, Duration.millis(longest)), age)
    assert.strictEqual(cut, Math.min(after(plan, age), longest))
  })
})

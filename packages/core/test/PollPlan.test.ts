import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as PollPlan from "../src/PollPlan.ts"
import * as SurvivalEstimate from "../src/SurvivalEstimate.ts"
import { drawn, historyOf, logNormal } from "./DrawnDurations.ts"

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
    [0, 1_000],
    [6_000, 5_000],
    [54_000, 13_000],
    [1_350_000, 61_000],
    [5_400_000, 121_000]
  ])("at an age of %d ms waits %d ms", (age, delay) => assert.closeTo(after(plan, age), delay, 0.001))

  it("waits longer where a poll costs more", () => {
    assert.closeTo(after(PollPlan.fromAge(Duration.seconds(4)), 54_000), 28_000, 0.001)
  })

  it.prop("is never under 0.2 s, whatever a poll costs", [Age, Age], ([age, price]) => {
    assert.isAtLeast(after(PollPlan.fromAge(Duration.millis(price)), age), 200)
  })

  it.prop("is never shorter at a greater age, and without bound", [Age, Age], ([a, b]) => {
    const [younger, older] = [after(plan, Math.min(a, b)), after(plan, Math.max(a, b))]
    assert.isAtLeast(older, younger)
    assert.closeTo(older, 1_000 + Math.sqrt((8_000 / 3) * Math.max(a, b)), 0.001)
  })

  it("asks for little and comes late by little, whether a minute or a day passes", () => {
    const cost = (end: number) => {
      const polls = pollsUntil(plan, end)
      return { polls: polls.length, late: (polls.at(-1) ?? 0) - end }
    }
    for (const [end, most, late] of [
      [60_000, 10, 14_000],
      [3_600_000, 75, 100_000],
      [86_400_000, 362, 483_000]
    ] as const) {
      const paid = cost(end)
      assert.isAtMost(paid.polls, most)
      assert.isAtLeast(paid.late, 0)
      assert.isAtMost(paid.late, late)
    }
  })
})

describe("fromSurvival", () => {
  it.prop("without history is the plan by age", [Age], ([age]) => {
    const plan = PollPlan.fromSurvival(SurvivalEstimate.fromHistory(DurationHistory.empty))
    assert.strictEqual(after(plan, age), after(PollPlan.fromAge(), age))
  })

  it("polls little before the operations of a kind end, and often while they do", () => {
    const history = historyOf(drawn(logNormal(600_000, 0.1), 200, 1))
    const polls = pollsUntil(PollPlan.fromSurvival(SurvivalEstimate.fromHistory(history)), 600_000)
    assert.isAtMost(polls.length, 20)
    assert.isAtMost(polls.filter((age) => age < 400_000).length, 6)
    assert.isAtMost((polls.at(-1) ?? 0) - 600_000, 30_000)
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

import { assert, describe, it } from "@effect/vitest"
import * as PollPlan from "@opwatch/core/PollPlan"
import { SourceName } from "@opwatch/core/Reference"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as PollsTogether from "../../src/waiting/PollsTogether.ts"

const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))

/** When the next poll is due, of an operation that began so long ago. */
const dueAfter = (age: number, now: number): number =>
  now + Duration.toMillis(PollsTogether.make(PollPlan.fromAge(), () => now)(Duration.millis(age)))

describe("PollsTogether", () => {
  it.prop("polls as planned, give or take a sixteenth", [Millis, Millis], ([age, now]) => {
    const planned = Duration.toMillis(PollPlan.fromAge()(Duration.millis(age)))
    assert.isAtMost(Math.abs(dueAfter(age, now) - now - planned), planned / 16)
  })

  it("keeps a long delay to where polls get frequent", () => {
    const [long, short] = [Duration.hours(1), Duration.seconds(8)]
    const plan: PollPlan.PollPlan = (age) => (Duration.isGreaterThanOrEqualTo(age, long) ? short : long)
    const delay = PollsTogether.make(plan, () => 1_234_567)(Duration.zero)
    assert.isAtMost(Math.abs(Duration.toMillis(delay) - 3_600_000), 500)
  })

  it("asks the plan about the operation that it is about", () => {
    const subject = { source: SourceName.make("toloka"), kind: "POOL.OPEN" }
    const plan: PollPlan.PollPlan = (_, of) => Duration.millis(of === subject ? 65_536 : 1)
    assert.strictEqual(Duration.toMillis(PollsTogether.make(plan, () => 0)(Duration.zero, subject)), 65_536)
  })

  it("makes few wake-ups of the polls of many", () => {
    const begun = Array.from({ length: 200 }, (_, index) => 60_000 + index * 37)
    const due = new Set(begun.map((age, index) => dueAfter(age, 1_000_000 + index * 11)))
    assert.isAtMost(due.size, 6)
  })
})

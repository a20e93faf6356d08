import { assert, describe, it } from "@effect/vitest"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as EndGuess from "../src/EndGuess.ts"
import * as LearnedPlan from "../src/LearnedPlan.ts"
import * as ProgressGuess from "../src/ProgressGuess.ts"
import * as SurvivalEstimate from "../src/SurvivalEstimate.ts"
import { drawn, historyOf, logNormal, random } from "./DrawnDurations.ts"

const nothing = SurvivalEstimate.fromHistory(DurationHistory.empty)
const price = 1_000

/** An operation that lasts so long, polled until it ends: what its polls and its lateness cost, in seconds. */
const costOf = (end: number, progressAt: ((age: number) => number) | undefined, survival = nothing) => {
  const plan = LearnedPlan.make(survival, price)
  let advance: ProgressGuess.Advance | undefined
  let [age, polls] = [0, 0]
  while (age < end) {
    age += advance === undefined ? plan(age) : ProgressGuess.delay(ProgressGuess.make(advance, survival), price, age)
    polls++
    if (progressAt !== undefined) advance = ProgressGuess.advance(advance, progressAt(age), age)
  }
  return (age - end) / 1_000 + polls
}

const after = (percent: number, age: number): ProgressGuess.Advance => {
  const advance = ProgressGuess.advance(undefined, percent, age)
  if (advance === undefined) throw new Error("no progress")
  return advance
}

describe("advance", () => {
  it.each([
    ["none yet", 0, 10],
    ["nothing left", 100, 10],
    ["more than all", 101, 10],
    ["no number", NaN, 10],
    ["no age", 50, 0]
  ])("tells nothing of %s", (_, percent, age) => {
    assert.isUndefined(ProgressGuess.advance(undefined, percent, age))
  })

  it("stays where it stood, and begins anew where it went back", () => {
    const half = after(50, 1_000)
    assert.strictEqual(ProgressGuess.advance(half, 50, 9_000), half)
    assert.deepStrictEqual(ProgressGuess.advance(half, 20, 2_000), after(20, 2_000))
  })

  it("follows a pace that changes", () => {
    const faster = ProgressGuess.advance(after(10, 100_000), 60, 110_000)
    assert.isAbove(faster?.speed ?? 0, 0.6 / 110_000)
  })
})

describe("delay", () => {
  it("makes waiting cheaper, though the progress is not even", () => {
    const chance = random(1)
    let [without, withIt] = [0, 0]
    for (const end of drawn(logNormal(300_000, 1), 100, 2)) {
      const bend = Math.exp(chance() - 0.5)
      without += costOf(end, undefined)
      withIt += costOf(end, (age) => Math.floor(100 * (age / end) ** bend))
    }
    assert.isBelow(withIt, 0.6 * without)
  })

  it("makes waiting cheaper beside a history", () => {
    const survival = SurvivalEstimate.fromHistory(historyOf(drawn(logNormal(300_000, 0.7), 200, 3)))
    let [without, withIt] = [0, 0]
    for (const end of drawn(logNormal(300_000, 0.7), 100, 4)) {
      without += costOf(end, undefined, survival)
      withIt += costOf(end, (age) => (100 * age) / end, survival)
    }
    assert.isBelow(withIt, 0.7 * without)
  })

  it("does not believe a progress that stands still, even just before its end", () => {
    const plan = LearnedPlan.make(nothing, price)
    const guess = ProgressGuess.make(after(99, 100_000), nothing)
    for (const age of [1e6, 1e7, 1e8]) assert.isAbove(ProgressGuess.delay(guess, price, age), 0.5 * plan(age))
  })

  it("is 0.2 s or more, and finite", () => {
    for (const percent of [0.001, 1, 50, 99, 99.999]) {
      for (const since of [1, 1_000, 1e9]) {
        const guess = ProgressGuess.make(after(percent, since), nothing)
        for (const age of [since, since + 1, 2 * since, 1e3 * since]) {
          const delay = ProgressGuess.delay(guess, price, age)
          assert.isTrue(delay >= LearnedPlan.shortest && delay < Infinity)
        }
      }
    }
  })
})

describe("EndGuess", () => {
  it("gives the middle and nine tenths of what is left of a kind at an age", () => {
    const ends = drawn(logNormal(60_000, 0.5), 2_000, 5)
    const survival = SurvivalEstimate.fromHistory(historyOf(ends))
    for (const age of [0, 60_000]) {
      const guess = EndGuess.fromSurvival(survival, age)
      const later = ends.filter((end) => end > age).toSorted((a, b) => a - b)
      const at = (part: number) => later[Math.floor(part * later.length)] ?? NaN
      assert.closeTo((guess?.earliest ?? 0) / at(0.05), 1, 0.1)
      assert.closeTo((guess?.median ?? 0) / at(0.5), 1, 0.05)
      assert.closeTo((guess?.latest ?? 0) / at(0.95), 1, 0.1)
    }
  })

  it("has nothing to say of a kind without history", () => {
    assert.isUndefined(EndGuess.fromSurvival(nothing, 1_000))
  })

  it("is surer the further an operation is, and never in the past", () => {
    const early = EndGuess.fromProgress(ProgressGuess.make(after(10, 10_000), nothing), 10_000)
    const late = EndGuess.fromProgress(ProgressGuess.make(after(90, 90_000), nothing), 90_000)
    assert.closeTo(late.median, 100_000, 3_000)
    assert.isBelow(late.latest - late.earliest, 0.3 * (early.latest - early.earliest))
    assert.isAtLeast(late.earliest, 90_000)
  })
})

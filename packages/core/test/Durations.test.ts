import { assert, describe, it } from "@effect/vitest"
import * as Durations from "../src/Durations.ts"
import * as DurationHistory from "../src/DurationHistory.ts"
import * as LearnedPlan from "../src/LearnedPlan.ts"
import { SourceName } from "../src/Reference.ts"
import * as Survival from "../src/Survival.ts"

const source = SourceName.make("toloka")
const kind = { source, kind: "POOL.OPEN" }

const ended = (millis: number) => ({ ...kind, millis, isOver: true })

const learnedFrom = (lifetimes: ReadonlyArray<number>) => {
  const durations = Durations.make()
  for (const millis of lifetimes) durations.learn(ended(millis))
  return durations
}

const minutes = Array.from({ length: 50 }, (_, index) => 58_000 + 80 * index)

describe("Durations", () => {
  it("plans by the age alone while nothing is known", () => {
    const durations = Durations.make()
    assert.strictEqual(durations.delay(kind, 1_000, 60_000), LearnedPlan.unknown(1_000, 60_000))
    assert.strictEqual(durations.survival(kind).values.length, 0)
    assert.deepStrictEqual(durations.kinds(), [])
  })

  it("waits for the time at which a kind ends, and of no other kind", () => {
    const durations = learnedFrom(minutes)
    assert.isAbove(durations.delay(kind, 1_000, 5_000), 50_000)
    const other = { source, kind: "POOL.CLOSE" }
    assert.strictEqual(durations.delay(other, 1_000, 5_000), LearnedPlan.unknown(1_000, 5_000))
    assert.strictEqual(durations.delay({ source }, 1_000, 5_000), LearnedPlan.unknown(1_000, 5_000))
    assert.deepStrictEqual(durations.kinds(), [kind])
  })

  it("takes what is left unfinished for longer", () => {
    const durations = learnedFrom(minutes)
    const before = Survival.at(durations.survival(kind), 120_000)
    const censored = Durations.make()
    let history = durations.history(kind)
    for (let left = 0; left < 25; left++) history = DurationHistory.withLeft(history, 100_000)
    censored.put(kind, history)
    assert.isAbove(Survival.at(censored.survival(kind), 120_000), before + 0.2)
  })

  it("counts those that go on for as long as they do, until they end", () => {
    const [alone, among] = [learnedFrom(minutes), Durations.make()]
    for (let other = 0; other < 50; other++) among.note({ ...ended(90_000), isOver: false }, `toloka/${other}`)
    for (const millis of minutes) among.learn(ended(millis))
    const lasting = (durations: Durations.Durations) => Survival.at(durations.survival(kind), 80_000)
    assert.isBelow(lasting(alone), 0.1)
    assert.approximately(lasting(among), 0.5, 0.1)
    for (let other = 0; other < 50; other++) among.learn(ended(60_000), `toloka/${other}`)
    assert.isBelow(lasting(among), 0.1)
  })

  it("makes a curve anew once a tenth more has ended, and keeps it until then", () => {
    const durations = learnedFrom(minutes)
    const first = durations.survival(kind)
    durations.learn(ended(60_000))
    assert.strictEqual(durations.survival(kind), first)
    for (let more = 0; more < 4; more++) durations.learn(ended(60_000))
    assert.notStrictEqual(durations.survival(kind), first)
  })

  it("takes what it is given for all that is known, with those that go on", () => {
    const durations = learnedFrom(minutes)
    durations.survival(kind)
    const history = DurationHistory.withEnd(DurationHistory.empty, 1_000)
    durations.put(kind, history, [90_000, 90_000])
    assert.strictEqual(durations.history(kind), history)
    assert.isAbove(Survival.at(durations.survival(kind), 30_000), 0.2)
  })

  it("follows the progress that an operation shows itself", () => {
    const durations = learnedFrom(minutes)
    const early = { part: 0.9, since: 10_000, speed: 0.9 / 10_000 }
    assert.isBelow(durations.delay(kind, 1_000, 10_000, early), 0.7 * durations.delay(kind, 1_000, 10_000))
  })
})

import { assert, describe, it } from "@effect/vitest"
import * as Durations from "../src/Durations.ts"
import * as KindDurations from "../src/KindDurations.ts"
import { SourceName } from "../src/Reference.ts"
import * as DrawnDurations from "./DrawnDurations.ts"

const [source, other] = [SourceName.make("toloka"), SourceName.make("cloud")]

describe("KindDurations", () => {
  it("tells what is known of each kind of a source, the most frequent first", () => {
    const durations = Durations.make()
    const learn = (kind: string | undefined, of: SourceName, ends: ReadonlyArray<number>) => {
      for (const millis of ends) durations.learn({ source: of, kind, millis, isOver: true })
    }
    learn(undefined, source, DrawnDurations.drawn(DrawnDurations.logNormal(5_000, 0.25), 40, 1))
    learn("POOL.OPEN", source, DrawnDurations.drawn(DrawnDurations.logNormal(60_000, 0.25), 400, 2))
    learn("CreateInstance", other, [1_000])
    const known = KindDurations.ofSource(durations, source, 1_000)
    assert.deepStrictEqual(
      known.map(({ ended, kind }) => [kind, ended]),
      [
        ["POOL.OPEN", 400],
        [undefined, 40]
      ]
    )
    const [open] = known
    assert.approximately(open?.medianMillis ?? 0, 60_000, 3_000)
    assert.approximately(open?.earliestMillis ?? 0, 60_000 * Math.exp(-1.645 * 0.25), 4_000)
    assert.approximately(open?.latestMillis ?? 0, 60_000 * Math.exp(1.645 * 0.25), 8_000)
    assert.isAbove(open?.pollsPerOperation ?? 0, 2)
    assert.isBelow(open?.pollsPerOperation ?? 100, 6)
    assert.isBelow(open?.latenessMillis ?? 100_000, 5_000)
  })

  it("tells nothing of a kind that was only left", () => {
    const durations = Durations.make()
    durations.learn({ source, kind: "POOL.OPEN", millis: 1_000, isOver: false })
    assert.deepStrictEqual(KindDurations.ofSource(durations, source, 1_000), [])
  })
})

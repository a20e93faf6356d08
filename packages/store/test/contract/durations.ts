/** How long operations take, as every store keeps it. */
import { assert, describe } from "@effect/vitest"
import * as DurationHistory from "@opwatch/core/DurationHistory"
import * as DurationHistoryText from "@opwatch/core/DurationHistoryText"
import type { KeptDurations } from "@opwatch/tracker/KeptDurations"
import * as Effect from "effect/Effect"
import { lifetime } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

const counts = (kept: ReadonlyArray<KeptDurations>) =>
  kept.map(({ source, kind, history }) => [source, kind, history.count])

const texts = (kept: ReadonlyArray<KeptDurations>) => kept.map(({ history }) => DurationHistoryText.encode(history))

export const durationsContract = (test: StoreTest) => {
  describe("learn", () => {
    test("gives what is kept of the kinds that it was told of, each once", (store) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          counts(yield* store.learn([lifetime("toloka/b", 1), lifetime("toloka/a", 2), lifetime("toloka/b", 3)])),
          [
            ["toloka", "b", 2],
            ["toloka", "a", 1]
          ]
        )
        assert.deepStrictEqual(counts(yield* store.learn([lifetime("toloka/b", 4)])), [["toloka", "b", 3]])
        assert.deepStrictEqual(yield* store.learn([]), [])
      }))

    test("keeps kinds and sources apart, and those whose kind is not told", (store) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* store.durations, [])
        yield* store.learn([lifetime("cloud", 1), lifetime("cloud/a", 1), lifetime("toloka/a", 1)])
        yield* store.learn([lifetime("toloka/a", 1), lifetime("cloud/b", 1), lifetime("toloka", 1)])
        assert.deepStrictEqual(
          counts(yield* store.durations)
            .map((row) => row.join(" "))
            .toSorted(),
          ["cloud  1", "cloud a 1", "cloud b 1", "toloka  1", "toloka a 2"]
        )
      }))

    test("adds ends in order, and ages of those that nobody will see end", (store) =>
      Effect.gen(function* () {
        const learned = yield* store.learn([
          lifetime("toloka/a", 1),
          lifetime("toloka/a", 60, { isOver: false }),
          lifetime("toloka/a", 1000)
        ])
        const first = DurationHistory.withEnd(DurationHistory.empty, 1000)
        const expected = DurationHistory.withEnd(DurationHistory.withLeft(first, 60_000), 1_000_000)
        assert.deepStrictEqual(texts(learned), [DurationHistoryText.encode(expected)])
        assert.deepStrictEqual(texts(yield* store.durations), texts(learned))
      }))

    test("loses nothing of what is told at once", (store) =>
      Effect.gen(function* () {
        const both = [lifetime("toloka/a", 1), lifetime("cloud/a", 2)]
        yield* Effect.forEach(
          Array.from({ length: 20 }).keys(),
          (index) => store.learn(index % 2 === 0 ? both : both.toReversed()),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(counts(yield* store.durations).toSorted(), [
          ["cloud", "a", 20],
          ["toloka", "a", 20]
        ])
      }))
  })
}

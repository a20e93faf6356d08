/** What runners tell of themselves, as every store keeps it. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { report } from "../Samples.ts"
import type { StoreTest } from "./StoreTest.ts"

export const runnersContract = (test: StoreTest) => {
  describe("report", () => {
    test("is given back as it was told last, by address, with how long ago that was, until it is withdrawn", (store) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* store.runners, [])
        const [first, second] = [report({ partitions: [0, 63] }), report({ leaving: true })]
        yield* store.report("b:2", report())
        yield* store.report("a:1", first)
        yield* store.report("b:2", second)
        const told = yield* store.runners
        assert.deepStrictEqual(
          told.map(({ address, report }) => [address, report]),
          [
            ["a:1", first],
            ["b:2", second]
          ]
        )
        for (const { silentMillis } of told) {
          assert.isTrue(Number.isInteger(silentMillis) && silentMillis >= 0 && silentMillis < 60_000, `${silentMillis}`)
        }
        yield* store.withdraw("a:1")
        yield* store.withdraw("nobody")
        assert.deepStrictEqual(
          (yield* store.runners).map(({ address }) => address),
          ["b:2"]
        )
      }))
  })
}

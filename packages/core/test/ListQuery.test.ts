import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as ListQuery from "../src/ListQuery.ts"
import { operation, time } from "./Samples.ts"

const at = (submittedAt: string) => operation("running", { submittedAt: time(submittedAt) })
const noon = time("2024-05-06T12:00:00.000000001Z")

describe("A list query", () => {
  it("asks for everything when it asks for nothing", () => {
    assert.isTrue(ListQuery.matches({}, operation("lost")))
  })

  it("compares state, finality and kind", () => {
    const open = operation("rolling_back", { kind: "POOL.OPEN" })
    for (const query of [{ state: "rolling_back" }, { done: false }, { kind: "POOL.OPEN" }] as const) {
      assert.isTrue(ListQuery.matches(query, open), JSON.stringify(query))
    }
    for (const query of [{ state: "running" }, { done: true }, { kind: "POOL" }] as const) {
      assert.isFalse(ListQuery.matches(query, open), JSON.stringify(query))
    }
  })

  it("takes both ends of a range for part of it, to the nanosecond", () => {
    assert.isTrue(ListQuery.matches({ since: noon, until: noon }, at(noon)))
    assert.isFalse(ListQuery.matches({ since: noon }, at("2024-05-06T12:00:00Z")))
    assert.isFalse(ListQuery.matches({ until: noon }, at("2024-05-06T12:00:00.000000002Z")))
  })

  it("finds an operation whose time is not known in no range", () => {
    assert.isFalse(ListQuery.matches({ since: noon }, operation("running")))
    assert.isFalse(ListQuery.matches({ finishedUntil: noon }, operation("running")))
    assert.isTrue(ListQuery.matches({ finishedSince: noon }, operation("failed", { finishedAt: noon })))
  })

  it.effect("takes no more than the limit, and reads no further", () =>
    Effect.gen(function* () {
      let read = 0
      const endless = Stream.forever(Stream.sync(() => operation(++read % 2 === 0 ? "failed" : "running")))
      const found = yield* Stream.runCollect(ListQuery.select({ state: "failed", limit: 3 })(endless))
      assert.deepStrictEqual(
        found.map(({ state }) => state),
        ["failed", "failed", "failed"]
      )
      assert.strictEqual(read, 6)
    })
  )
})

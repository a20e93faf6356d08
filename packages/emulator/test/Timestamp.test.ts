import { assert, describe, it } from "@effect/vitest"
import { cloudTime, isNaive, nanosOf, tolokaTime } from "../src/Timestamp.ts"

describe("timestamps", () => {
  it("are written in the way of each API", () => {
    assert.strictEqual(tolokaTime(1_500), "1970-01-01T00:00:01.500")
    assert.strictEqual(cloudTime(1_500), "1970-01-01T00:00:01.500417093Z")
  })

  it("keep every fraction digit when they are compared", () => {
    assert.strictEqual(nanosOf("1970-01-01T00:00:01"), 1_000_000_000n)
    assert.strictEqual(nanosOf("1970-01-01T00:00:01.5"), 1_500_000_000n)
    assert.strictEqual(nanosOf("1970-01-01T00:00:01.000000001Z"), 1_000_000_001n)
    assert.strictEqual(nanosOf("1970-01-01T03:00:01+03:00"), 1_000_000_000n)
  })

  it("are none when the text is no time", () => {
    for (const value of ["", "2016-22-04T16:06:15", "yesterday", "2016-04-07", 5, null, undefined]) {
      assert.isUndefined(nanosOf(value))
    }
  })

  it("are naive without a zone only", () => {
    assert.isTrue(isNaive("2016-04-07T16:06:15.902"))
    assert.isFalse(isNaive("2016-04-07T16:06:15.902Z"))
    assert.isFalse(isNaive("2016-04-07T16:06:15+00:00"))
    assert.isFalse(isNaive("2016-04-07"))
  })
})

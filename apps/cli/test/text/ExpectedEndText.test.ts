import { assert, describe, it } from "@effect/vitest"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as ExpectedEndText from "../../src/text/ExpectedEndText.ts"

const now = Date.parse("2026-03-01T12:38:00Z")
const on = (time: string) => Timestamp.make(`2026-03-${time}Z`)

const expected = (median: string, earliest: string, latest: string) => ({
  expectedEnd: on(median),
  expectedEndRange: { earliest: on(earliest), latest: on(latest) }
})

describe("ExpectedEndText", () => {
  it.each([
    [
      "01T12:41:10",
      "01T12:39:30",
      "01T12:47:05",
      "~3m left (2m to 9m)",
      "12:41:10 UTC (in about 3m; between 12:39 and 12:47)"
    ],
    [
      "01T12:38:20",
      "01T12:38:10",
      "01T12:39:00",
      "~20s left (10s to 1m)",
      "12:38:20 UTC (in about 20s; between 12:38:10 and 12:39:00)"
    ],
    [
      "01T12:41:10",
      "01T12:37:59",
      "01T12:47:05",
      "~3m left (up to 9m)",
      "12:41:10 UTC (in about 3m; between 12:37 and 12:47)"
    ],
    ["01T12:41:10", "01T12:41:10", "01T12:41:10", "~3m left", "12:41:10 UTC (in about 3m)"],
    [
      "01T23:50:00",
      "01T23:00:00",
      "02T03:10:00",
      "~11h left (10h to 15h)",
      "23:50:00 UTC (in about 11h; between 2026-03-01 23:00 and 2026-03-02 03:10)"
    ],
    [
      "03T12:38:00",
      "02T12:38:00",
      "08T12:38:00",
      "~2d left (24h to 7d)",
      "12:38:00 UTC (in about 2d; between 2026-03-02 and 2026-03-08)"
    ]
  ])("tells of an end at %s, between %s and %s: %s", (median, earliest, latest, left, moment) => {
    const known = expected(median, earliest, latest)
    assert.strictEqual(ExpectedEndText.left(known, now), left)
    assert.strictEqual(ExpectedEndText.moment(known, now), `2026-03-${median.slice(0, 2)} ${moment}`)
  })

  it("says nothing of an end that should have come", () => {
    const past = expected("01T12:37:00", "01T12:36:00", "01T12:59:00")
    assert.strictEqual(ExpectedEndText.left(past, now), "")
    assert.strictEqual(ExpectedEndText.moment(past, now), undefined)
    assert.strictEqual(ExpectedEndText.moment({}, now), undefined)
  })

  it("does without a range", () => {
    const vague = { expectedEnd: on("01T12:41:10") }
    assert.strictEqual(ExpectedEndText.left(vague, now), "~3m left")
    assert.strictEqual(ExpectedEndText.moment(vague, now), "2026-03-01 12:41:10 UTC (in about 3m)")
  })
})

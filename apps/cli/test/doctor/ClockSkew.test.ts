import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ClockSkew from "../../src/doctor/ClockSkew.ts"

const date = "Wed, 01 Jul 2026 12:00:00 GMT"
const theirs = Date.UTC(2026, 6, 1, 12)
const answered = (ahead: number, took = 0) => ({
  start: theirs + ahead - took / 2,
  end: theirs + ahead + took / 2,
  date
})

describe("the clock", () => {
  it.each([
    [0, 0, 0],
    [999, 0, 0],
    [-1_500, 4_000, 0],
    [2_500, 4_000, 0],
    [60_500, 0, 60_000],
    [-59_500, 0, -60_000]
  ])("%i ms after the Date of an answer that took %i ms is %i ms ahead", (ahead, took, skew) => {
    assert.strictEqual(ClockSkew.of(answered(ahead, took)), skew)
  })

  it("is not known without a Date, or with one that is none", () => {
    assert.isUndefined(ClockSkew.of({ start: 0, end: 0, date: undefined }))
    assert.isUndefined(ClockSkew.of({ start: 0, end: 0, date: "soon" }))
  })

  const minute = 60_000
  it.effect.each([
    [0, false, "ok", "it agrees with the service's"],
    [-30_000, true, "ok", "it is 30s behind"],
    [30_001, false, "warning", "it is 30s ahead"],
    [60 * minute, false, "warning", "it is 1h ahead"],
    [5 * minute, true, "warning", "it is 5m ahead"],
    [-6 * minute, true, "failed", "it is 6m behind: what the key signs is not believed"]
  ] as const)("that is %i ms ahead, signing %s, is %s", ([skew, signs, status, detail]) =>
    Effect.gen(function* () {
      const judged = yield* Effect.match(ClockSkew.judge(skew, signs), {
        onSuccess: ({ detail, remedy }) => [remedy === undefined ? "ok" : "warning", detail],
        onFailure: ({ detail, exitCode }) => [exitCode === 5 ? "failed" : "?", detail]
      })
      assert.deepStrictEqual(judged, [status, detail])
    })
  )
})

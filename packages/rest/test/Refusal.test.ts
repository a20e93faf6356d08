import { assert, describe, it } from "@effect/vitest"
import * as Headers from "effect/http/Headers"
import { isRetryable, ProviderError, type Reason } from "@opwatch/core/ProviderError"
import { SourceName } from "@opwatch/core/Reference"
import * as Refusal from "../src/Refusal.ts"

const now = Date.UTC(2030, 0, 2, 3, 4, 5, 250)
const pause = (value: string) => Refusal.retryAfterMillis(Headers.fromInput({ "retry-after": value }), now)

describe("retryAfterMillis", () => {
  it.each([
    ["0", 0],
    ["7", 7_000],
    [" 120 ", 120_000],
    ["Wed, 02 Jan 2030 03:04:15 GMT", 9_750],
    ["Wed, 02 Jan 2030 03:04:05 GMT", 0],
    ["Tue, 01 Jan 2019 00:00:00 GMT", 0]
  ])("reads %j as %d ms", (value, millis) => assert.strictEqual(pause(value), millis))

  it.each(["", "soon", "-1", "1.5", "2030-01-02T03:04:15Z", "9".repeat(400)])("makes nothing of %j", (value) => {
    assert.isUndefined(pause(value))
  })

  it("is absent where the header is", () => {
    assert.isUndefined(Refusal.retryAfterMillis(Headers.empty, now))
  })
})

describe("reasonByStatus", () => {
  const reasons: ReadonlyArray<readonly [Reason["_tag"], retryable: boolean, ReadonlyArray<number>]> = [
    ["Unauthenticated", false, [401]],
    ["Forbidden", false, [403]],
    ["OperationNotFound", false, [404, 410]],
    ["Throttled", true, [429]],
    ["Unsupported", false, [405, 501]],
    ["Unavailable", true, [408, 500, 502, 503, 504, 520, 599]],
    ["Rejected", false, [400, 402, 406, 409, 413, 415, 422, 451, 499]]
  ]

  it.each(reasons)("gives %s, worth another try: %s, for %j", (tag, retryable, statuses) => {
    for (const status of statuses) {
      const reason = Refusal.reasonByStatus({ status, body: undefined, retryAfterMillis: undefined })
      assert.strictEqual(reason._tag, tag, String(status))
      assert.strictEqual(
        isRetryable(new ProviderError({ source: SourceName.make("s"), reason, message: "" })),
        retryable
      )
    }
  })

  it("keeps the pause that was asked for, where waiting helps", () => {
    const tried = [429, 503, 500, 408].map((status) =>
      Refusal.reasonByStatus({ status, body: undefined, retryAfterMillis: 1_500 })
    )
    for (const reason of tried) assert.propertyVal(reason, "retryAfterMillis", 1_500)
    const refused = Refusal.reasonByStatus({ status: 403, body: undefined, retryAfterMillis: 1_500 })
    assert.notProperty(refused, "retryAfterMillis")
  })
})

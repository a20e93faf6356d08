import { assert, describe, it } from "@effect/vitest"
import * as AccessAttempts from "../src/AccessAttempts.ts"

const many = (count: number, f: (index: number) => void) => {
  for (let index = 0; index < count; index += 1) f(index)
}

describe("AccessAttempts", () => {
  it("begins anew a minute after the first", () => {
    const attempts = AccessAttempts.make()
    many(30, () => assert.isUndefined(attempts.note("192.0.2.1", 1_000).retryAfterSeconds))
    assert.strictEqual(attempts.note("192.0.2.1", 11_000).retryAfterSeconds, 50)
    assert.strictEqual(attempts.note("192.0.2.1", 60_999).retryAfterSeconds, 1)
    assert.isUndefined(attempts.note("192.0.2.1", 61_000).retryAfterSeconds)
  })

  it("counts each address for itself, and an IPv6 network of 64 bits as one", () => {
    const attempts = AccessAttempts.make()
    const exhaust = (address: (index: number) => string) => many(31, (index) => attempts.note(address(index), 0))
    exhaust((index) => `2001:db8:0:1::${index}`)
    assert.isDefined(attempts.note("2001:0db8:0:1:ffff:1:2:3".replace("0db8", "db8"), 0).retryAfterSeconds)
    assert.isUndefined(attempts.note("2001:db8:0:2::1", 0).retryAfterSeconds)
    exhaust(() => "::ffff:192.0.2.1")
    assert.isDefined(attempts.note("192.0.2.1", 0).retryAfterSeconds)
    assert.isUndefined(attempts.note("192.0.2.2", 0).retryAfterSeconds)
  })

  it("is not flooded by any number of addresses: neither memory nor the log", () => {
    const attempts = AccessAttempts.make()
    let logged = 0
    many(50_000, (index) => {
      if (attempts.note(`198.51.${index >> 8}.${index & 255}`, 0).log !== "no") logged += 1
    })
    assert.strictEqual(attempts.size(), 10_000)
    assert.strictEqual(logged, 100)
  })

  it("does not wait for a clock that was set back", () => {
    const attempts = AccessAttempts.make()
    many(31, () => attempts.note("192.0.2.1", 10_000_000))
    assert.isUndefined(attempts.note("192.0.2.1", 0).retryAfterSeconds)
  })
})

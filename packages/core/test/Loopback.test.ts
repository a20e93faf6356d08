import { assert, describe, it } from "@effect/vitest"
import { isLoopback } from "../src/Loopback.ts"

describe("A host", () => {
  it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"])("%s is this machine", (host) => {
    assert.isTrue(isLoopback(host))
  })

  it.each(["", "127.0.0.1.example.com", "localhost.example.com", "0.0.0.0", "[::]", "10.0.0.1", "1127.0.0.1"])(
    "%s may be another",
    (host) => {
      assert.isFalse(isLoopback(host))
    }
  )
})

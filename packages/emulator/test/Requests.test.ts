import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Requests } from "../src/Requests.ts"

describe("Requests", () => {
  it.effect("keeps counts by id for unknown ids only up to a bound, and for known ones always", () =>
    Effect.gen(function* () {
      const requests = yield* Requests
      for (let index = 0; index < 12_000; index++) {
        requests.count({ kind: "get", id: `unknown-${index}`, exists: false })
      }
      requests.count({ kind: "log", id: "known", exists: true })
      const { operations, total } = requests.snapshot()
      assert.strictEqual(total, 12_001)
      assert.strictEqual(Object.keys(operations).length, 10_001)
      assert.deepStrictEqual(operations.known, { get: 0, log: 1, cancel: 0, faults: 0 })
    }).pipe(Effect.provide(Requests.layer()))
  )
})

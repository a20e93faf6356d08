import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { Observed } from "@opwatch/core/Watch"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as EventStream from "../src/EventStream.ts"

const operation: Operation = {
  ref: "cloud/op-1",
  source: SourceName.make("cloud"),
  provider: "cloud",
  id: OperationId.make("op-1"),
  state: "running",
  done: false,
  observedAt: Timestamp.fromMillis(0)
}

describe("EventStream", () => {
  it("gives equal content an equal id, whenever it was seen, whatever is guessed of it and whatever came with it", () => {
    const id = EventStream.idOf(operation)
    assert.strictEqual(EventStream.idOf({ ...operation, observedAt: Timestamp.fromMillis(1) }), id)
    assert.strictEqual(EventStream.idOf({ ...operation, raw: { a: 1 } }), id)
    const [earliest, expectedEnd, latest] = [Timestamp.fromMillis(7), Timestamp.fromMillis(8), Timestamp.fromMillis(9)]
    assert.strictEqual(EventStream.idOf({ ...operation, expectedEnd, expectedEndRange: { earliest, latest } }), id)
    assert.notStrictEqual(EventStream.idOf({ ...operation, progress: 1 }), id)
    assert.match(id, /^s[a-z0-9]{1,7}$/)
  })

  it.effect("leaves out a result over 64 KB and says so", () =>
    Effect.gen(function* () {
      const sent = (result: string) =>
        Stream.mkString(
          EventStream.encode(
            operation,
            Stream.succeed(Observed({ operation: { ...operation, result }, changed: true }))
          )
        )
      const small = yield* sent("x".repeat(60_000))
      assert.include(small, `"result":"xxx`)
      assert.notInclude(small, "resultOmitted")
      const large = yield* sent("ж".repeat(40_000))
      assert.include(large, `"resultOmitted":true`)
      assert.isBelow(large.length, 1_000)
    })
  )
})

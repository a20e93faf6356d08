import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import { Observed } from "@opwatch/core/Watch"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
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
  it("gives equal content an equal id, whenever it was seen and whatever came with it", () => {
    const id = EventStream.idOf(operation)
    assert.strictEqual(EventStream.idOf({ ...operation, observedAt: Timestamp.fromMillis(1) }), id)
    assert.strictEqual(EventStream.idOf({ ...operation, raw: { a: 1 } }), id)
    assert.notStrictEqual(EventStream.idOf({ ...operation, progress: 1 }), id)
    assert.match(id, /^[a-z0-9]{1,8}$/)
  })

  it.effect("leaves out a result over 64 KB and says so", () =>
    Effect.gen(function* () {
      const sent = (result: string) =>
        Stream.mkString(
          Stream.decodeText(
            EventStream.encode(
              operation,
              Stream.succeed(Observed({ operation: { ...operation, result }, changed: true })),
              undefined
            )
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

  it.effect("sends a comment at once and every 15 seconds", () =>
    Effect.gen(function* () {
      let text = ""
      yield* Effect.forkScoped(
        EventStream.encode(operation, Stream.never, undefined).pipe(
          Stream.decodeText,
          Stream.runForEach((chunk) => Effect.sync(() => void (text += chunk)))
        )
      )
      yield* TestClock.adjust("0 seconds")
      assert.strictEqual(text, ": opwatch\n\n")
      yield* TestClock.adjust("46 seconds")
      assert.strictEqual(text, ": opwatch\n\n".repeat(4))
    })
  )
})

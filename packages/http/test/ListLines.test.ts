import { assert, describe, it } from "@effect/vitest"
import type { Operation } from "@opwatch/core/Operation"
import { ProviderError, Unavailable } from "@opwatch/core/ProviderError"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as ListLines from "../src/ListLines.ts"

const source = SourceName.make("toloka")
const operation: Operation = {
  ref: "toloka/op-1",
  source,
  provider: "toloka",
  id: OperationId.make("op-1"),
  state: "running",
  done: false,
  observedAt: Timestamp.fromMillis(0)
}
const gone = new ProviderError({ source, reason: new Unavailable({}), message: "gone" })

describe("ListLines", () => {
  it.effect("answers at the first empty line where the provider takes long, and fails only in the last line then", () =>
    Effect.gen(function* () {
      const list = Stream.make(operation).pipe(
        Stream.tap(() => Effect.sleep("20 seconds")),
        Stream.concat(Stream.fromEffect(Effect.delay(Effect.fail(gone), "20 seconds")))
      )
      const reading = yield* ListLines.open(list).pipe(
        Effect.flatMap((lines) => Stream.mkString(Stream.decodeText(lines))),
        Effect.scoped,
        Effect.forkChild
      )
      yield* TestClock.adjust("1 minute")
      const [before, first, between, last, ...rest] = (yield* Fiber.join(reading)).split("\n")
      assert.deepStrictEqual([before, first, between, rest], ["", JSON.stringify(operation), "", [""]])
      assert.include(last, '"detail":"gone"')
    })
  )

  it.effect("fails where the list does before that", () =>
    Effect.gen(function* () {
      const opened = yield* Effect.forkChild(Effect.flip(Effect.scoped(ListLines.open(Stream.fail(gone)))))
      assert.strictEqual(yield* Fiber.join(opened), gone)
    })
  )
})

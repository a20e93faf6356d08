import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as EventResponse from "../src/EventResponse.ts"

describe("EventResponse", () => {
  it.effect("sends a comment at once and every 15 seconds", () =>
    Effect.gen(function* () {
      let text = ""
      yield* Effect.forkScoped(
        Stream.runForEach(EventResponse.withComments(Stream.never), (chunk) => Effect.sync(() => void (text += chunk)))
      )
      yield* TestClock.adjust("0 seconds")
      assert.strictEqual(text, ": opwatch\n\n")
      yield* TestClock.adjust("46 seconds")
      assert.strictEqual(text, ": opwatch\n\n".repeat(4))
    })
  )

  const taking = Effect.fnUntraced(function* (take: (chunk: Uint8Array) => Effect.Effect<void>) {
    let isCut = false
    const source = { socket: { destroy: () => void (isCut = true) } }
    const stopping = { begun: Effect.never, begin: Effect.void }
    const { body } = EventResponse.make({ source }, stopping, Stream.never)
    assert.strictEqual(body._tag, "Stream")
    if (body._tag === "Stream") yield* Effect.forkScoped(Stream.runForEach(body.stream, take))
    yield* TestClock.adjust("3 minutes")
    return isCut
  })

  it.effect("cuts off a client that takes nothing for a minute, and no other", () =>
    Effect.gen(function* () {
      assert.isFalse(yield* taking(() => Effect.void))
      assert.isTrue(yield* taking(() => Effect.never))
    })
  )

  it.effect("cuts off nobody because the wall clock is set", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const millis = () => clock.currentTimeMillisUnsafe()
      /** A day ahead from some moment on at which the client is busy. */
      const ahead = () => millis() + (millis() > 55_000 ? 86_400_000 : 0)
      const set: Clock.Clock = Object.assign(Object.create(clock), {
        currentTimeMillisUnsafe: ahead,
        currentTimeMillis: Effect.sync(ahead)
      })
      assert.isFalse(
        yield* Effect.provideService(
          taking(() => Effect.sleep("25 seconds")),
          Clock.Clock,
          set
        )
      )
    })
  )
})

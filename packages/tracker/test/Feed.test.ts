import { assert, describe, it } from "@effect/vitest"
import { ProviderError, Unavailable } from "@opwatch/core/ProviderError"
import * as Watch from "@opwatch/core/Watch"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Feed from "../src/Feed.ts"
import { states } from "./Harness.ts"
import { operation, source } from "./Samples.ts"

const error = new ProviderError({ source, reason: new Unavailable({}), message: "no answer" })
const setback = Watch.Setback({ error, failingFor: Duration.zero, nextPollIn: Duration.seconds(1) })

/** Reads as a watcher that takes so long over each event. */
const subscribe = Effect.fnUntraced(function* (feed: Feed.Feed, pause: Duration.Input = 0) {
  const events: Array<Watch.WatchEvent> = []
  const fiber = yield* feed.events.pipe(
    Stream.runForEach((event) =>
      Effect.delay(
        Effect.sync(() => events.push(event)),
        pause
      )
    ),
    Effect.forkScoped
  )
  yield* TestClock.adjust(Duration.zero)
  return { events, fiber }
})

const changes = (events: ReadonlyArray<Watch.WatchEvent>) =>
  events.filter(Watch.$is("Observed")).map(({ changed }) => changed)

describe("a feed", () => {
  it.effect("tells the present state first, with the setback there is, then what follows", () =>
    Effect.gen(function* () {
      const feed = Feed.make()
      const first = yield* subscribe(feed)
      feed.tell(operation("a", "running"))
      feed.tellSetback(setback)
      const second = yield* subscribe(feed)
      feed.tell(operation("a", "running"))
      feed.tell(operation("a", "succeeded"))
      const late = yield* subscribe(feed)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(states(first.events), ["running", "Setback", "running", "succeeded"])
      assert.deepStrictEqual(changes(first.events), [true, false, true])
      assert.deepStrictEqual(states(second.events), ["running", "Setback", "running", "succeeded"])
      assert.deepStrictEqual(states(late.events), ["succeeded"])
      assert.isTrue([first, second, late].every(({ fiber }) => fiber.pollUnsafe() !== undefined))
    })
  )

  it.effect("drops what is in between for one who reads slowly, never the end", () =>
    Effect.gen(function* () {
      const feed = Feed.make()
      const { events } = yield* subscribe(feed, "1 second")
      for (let progress = 0; progress <= 100; progress++) feed.tell(operation("a", "running", { progress }))
      feed.tell(operation("a", "succeeded"))
      yield* TestClock.adjust("1 hour")
      assert.isAtMost(events.length, 40)
      assert.strictEqual(states(events).at(-1), "succeeded")
    })
  )

  it.effect("gives its failure to those who read and to those who wait", () =>
    Effect.gen(function* () {
      const feed = Feed.make()
      const { fiber } = yield* subscribe(feed)
      feed.end(Exit.fail(error))
      yield* TestClock.adjust(Duration.zero)
      assert.deepStrictEqual(fiber.pollUnsafe(), Exit.fail(error))
      assert.strictEqual(yield* Effect.flip(feed.ended), error)
      assert.deepStrictEqual(yield* Effect.exit(Stream.runDrain(feed.events)), Exit.fail(error))
    })
  )
})

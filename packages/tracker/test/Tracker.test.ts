import { assert, describe, it } from "@effect/vitest"
import { Throttled, Unauthenticated, Unavailable } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import type { WatchEvent } from "@opwatch/core/Watch"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Tracker } from "../src/Tracker.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const one = InMemoryProvider.reference("op-1")

const setup = Effect.gen(function* () {
  const provider = InMemoryProvider.make()
  const layer = Layer.provide(Tracker.layerMemory, Layer.succeed(Sources, provider.sources))
  const tracker = Context.get(yield* Layer.build(Layer.fresh(layer)), Tracker)
  return { ...provider, tracker }
})

/** Follows a watch in the background, keeping all it gave. */
const collect = Effect.fnUntraced(function* (tracker: Tracker["Service"], reference: Reference.Reference) {
  const events: Array<WatchEvent> = []
  const fiber = yield* Effect.forkChild(
    tracker.watch(reference).pipe(Stream.runForEach((event) => Effect.sync(() => events.push(event))))
  )
  yield* TestClock.adjust(Duration.zero)
  return { events, fiber }
})

const states = (events: ReadonlyArray<WatchEvent>) =>
  events.map((event) => (event._tag === "Observed" ? event.operation.state : event._tag))

const reasonOf = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isFailure(exit) ? JSON.stringify(Cause.squash(exit.cause)) : "no failure"

describe("get", () => {
  it.effect("makes one request for all who ask at the same time", () =>
    Effect.gen(function* () {
      const { counts, holdUntil, set, tracker } = yield* setup
      const gate = yield* Deferred.make<void>()
      set("op-1", { state: "running" })
      holdUntil(Deferred.await(gate))
      const callers = yield* Effect.forkChild(
        Effect.all(
          Array.from({ length: 100 }, () => tracker.get(one)),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("1 second")
      yield* Deferred.succeed(gate, undefined)
      const operations = yield* Fiber.join(callers)
      assert.strictEqual(operations.length, 100)
      assert.strictEqual(counts.polls, 1)
    })
  )

  it.effect("lets a request go on while one of those who share it is left", () =>
    Effect.gen(function* () {
      const { counts, holdUntil, set, tracker } = yield* setup
      const gate = yield* Deferred.make<void>()
      set("op-1", { state: "running" })
      holdUntil(Deferred.await(gate))
      const first = yield* Effect.forkChild(tracker.get(one))
      const second = yield* Effect.forkChild(tracker.get(one))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(first)
      yield* Deferred.succeed(gate, undefined)
      assert.strictEqual((yield* Fiber.join(second)).state, "running")
      assert.deepStrictEqual(counts, { polls: 1, cancels: 0, interrupted: 0 })
    })
  )

  it.effect("asks again for an operation that goes on and is not watched", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* tracker.get(one)
      yield* tracker.get(one)
      assert.strictEqual(counts.polls, 2)
    })
  )

  it.effect("answers for a finished operation without a request", () =>
    Effect.gen(function* () {
      const { counts, forget, set, tracker } = yield* setup
      set("op-1", { state: "succeeded" })
      yield* tracker.get(one)
      forget("op-1")
      assert.strictEqual((yield* tracker.get(one)).state, "succeeded")
      assert.strictEqual(counts.polls, 1)
    })
  )

  it.effect("asks the provider when what is known is as old as the age allowed", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "succeeded" })
      yield* tracker.get(one)
      yield* TestClock.adjust("10 seconds")
      yield* tracker.get(one, { maxAge: Duration.seconds(11) })
      assert.strictEqual(counts.polls, 1)
      const again = yield* tracker.get(one, { maxAge: Duration.zero })
      assert.strictEqual(counts.polls, 2)
      assert.strictEqual(again.observedAt, "1970-01-01T00:00:10.000Z")
    })
  )

  it.effect("keeps a finished operation finished when the provider contradicts itself or forgets it", () =>
    Effect.gen(function* () {
      const { forget, set, tracker } = yield* setup
      set("op-1", { state: "succeeded" })
      yield* tracker.get(one)
      yield* TestClock.adjust("1 second")
      set("op-1", { state: "running" })
      const reopened = yield* tracker.get(one, { maxAge: Duration.zero })
      assert.strictEqual(reopened.state, "succeeded")
      assert.deepStrictEqual(
        reopened.anomalies?.map(({ code }) => code),
        ["reopened"]
      )
      forget("op-1")
      assert.strictEqual((yield* tracker.get(one, { maxAge: Duration.zero })).state, "succeeded")
    })
  )

  it.effect("rides out a failure that passes and gives up on one that does not", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", new Unavailable({}))
      const passing = yield* Effect.forkChild(tracker.get(one))
      yield* TestClock.adjust(Duration.zero)
      set("op-1", { state: "running" })
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(passing)).state, "running")
      assert.strictEqual(counts.polls, 2)

      set("op-1", new Unavailable({}))
      const lasting = yield* Effect.forkChild(Effect.flip(tracker.get(one)))
      yield* TestClock.adjust("1 minute")
      const error = yield* Fiber.join(lasting)
      assert.strictEqual(error._tag === "ProviderError" && error.reason._tag, "Unavailable")
    })
  )

  it.effect("refuses a source that is not configured, naming those that are", () =>
    Effect.gen(function* () {
      const { tracker } = yield* setup
      const elsewhere = { ...one, source: Reference.SourceName.make("elsewhere") }
      assert.deepStrictEqual(
        yield* Effect.flip(tracker.get(elsewhere)),
        new Reference.UnknownSource({ source: "elsewhere", known: ["cloud"] })
      )
      const watched = yield* Effect.flip(Stream.runDrain(tracker.watch(elsewhere)))
      assert.strictEqual(watched._tag, "UnknownSource")
    })
  )
})

describe("watch", () => {
  it.effect("makes the polls of one for a hundred who watch, and tells each the same", () =>
    Effect.gen(function* () {
      const alone = yield* setup
      alone.set("op-1", { state: "running" })
      yield* collect(alone.tracker, one)
      yield* TestClock.adjust("10 seconds")

      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const watchers = yield* Effect.forEach(Array.from({ length: 100 }), () => collect(tracker, one))
      yield* TestClock.adjust("10 seconds")
      assert.isAtLeast(counts.polls, 2)
      assert.isAtMost(counts.polls, alone.counts.polls)

      set("op-1", { state: "succeeded" })
      yield* TestClock.adjust("1 minute")
      for (const { events, fiber } of watchers) {
        yield* Fiber.join(fiber)
        assert.deepStrictEqual([...new Set(states(events))], ["running", "succeeded"])
      }
    })
  )

  it.effect("gives one who comes late the present state at once, without a poll", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running", progress: 40 })
      yield* collect(tracker, one)
      yield* TestClock.adjust("1 hour")
      const polls = counts.polls
      const late = yield* collect(tracker, one)
      assert.strictEqual(counts.polls, polls)
      assert.deepStrictEqual(
        late.events.map((event) => event._tag === "Observed" && [event.operation.progress, event.changed]),
        [[40, true]]
      )
    })
  )

  it.effect("tells one who comes late of the setback too", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* collect(tracker, one)
      set("op-1", new Throttled({ retryAfterMillis: 60_000 }))
      yield* TestClock.adjust("5 seconds")
      const late = yield* collect(tracker, one)
      assert.deepStrictEqual(states(late.events), ["running", "Setback"])
    })
  )

  it.effect("gives its failure to all who watch and starts anew for the next", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const watchers = [yield* collect(tracker, one), yield* collect(tracker, one)]
      set("op-1", new Unauthenticated())
      yield* TestClock.adjust("5 seconds")
      for (const { fiber } of watchers) assert.include(reasonOf(yield* Fiber.await(fiber)), "Unauthenticated")

      set("op-1", { state: "running" })
      const polls = counts.polls
      const next = yield* collect(tracker, one)
      assert.deepStrictEqual(states(next.events), ["running"])
      assert.strictEqual(counts.polls, polls + 1)
    })
  )

  it.effect("stops polling soon after the last one has left, and interrupts the poll in flight", () =>
    Effect.gen(function* () {
      const { counts, holdUntil, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const watchers = [yield* collect(tracker, one), yield* collect(tracker, one)]
      yield* Fiber.interrupt(watchers[0]?.fiber ?? (yield* Effect.die("no watcher")))
      yield* TestClock.adjust("10 seconds")
      assert.isAtLeast(counts.polls, 3)

      holdUntil(Effect.never)
      yield* TestClock.adjust("1 minute")
      const polls = counts.polls
      yield* Fiber.interrupt(watchers[1]?.fiber ?? (yield* Effect.die("no watcher")))
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(counts, { polls, cancels: 0, interrupted: 1 })
    })
  )

  it.effect("goes on with the same polls for one who comes back at once", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const first = yield* collect(tracker, one)
      yield* Fiber.interrupt(first.fiber)
      yield* TestClock.adjust("100 millis")
      const polls = counts.polls
      yield* collect(tracker, one)
      assert.strictEqual(counts.polls, polls)
      yield* TestClock.adjust("1 minute")
      assert.isAbove(counts.polls, polls)
    })
  )

  it.effect("answers for a finished operation without a poll and ends", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "failed" })
      yield* tracker.get(one)
      const { events, fiber } = yield* collect(tracker, one)
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(states(events), ["failed"])
      assert.strictEqual(counts.polls, 1)
    })
  )

  it.effect("lets those who ask have what it knows, unless that is too old for them", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      yield* collect(tracker, one)
      yield* TestClock.adjust("1 hour")
      yield* TestClock.adjust("5 seconds")
      const polls = counts.polls
      yield* tracker.get(one)
      yield* tracker.get(one, { maxAge: Duration.hours(1) })
      assert.strictEqual(counts.polls, polls)
      yield* tracker.get(one, { maxAge: Duration.seconds(1) })
      assert.strictEqual(counts.polls, polls + 1)
    })
  )

  it.effect("hears at once what somebody else was told, and ends with an end that somebody else saw", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const { events, fiber } = yield* collect(tracker, one)
      yield* TestClock.adjust("1 hour")
      const before = events.length
      set("op-1", { state: "rolling_back" })
      yield* tracker.cancel(one)
      yield* TestClock.adjust(Duration.zero)
      assert.deepStrictEqual(states(events.slice(before)), ["rolling_back"])
      assert.strictEqual((yield* tracker.get(one)).state, "rolling_back")

      set("op-1", { state: "cancelled" })
      yield* tracker.get(one, { maxAge: Duration.zero })
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(states(events.slice(before)), ["rolling_back", "cancelled"])
      const polls = counts.polls
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(counts.polls, polls)
    })
  )

  it.effect("polls no more, not even for who might come back, once somebody else saw the end", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const { fiber } = yield* collect(tracker, one)
      yield* TestClock.adjust("1 second")
      set("op-1", { state: "cancelled" })
      yield* tracker.cancel(one)
      yield* Fiber.join(fiber)
      const polls = counts.polls
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(counts.polls, polls)
    })
  )

  it.effect("ends as lost, for all, when the provider no longer finds what it knew", () =>
    Effect.gen(function* () {
      const { forget, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const { events, fiber } = yield* collect(tracker, one)
      forget("op-1")
      assert.strictEqual((yield* tracker.get(one, { maxAge: Duration.zero })).state, "lost")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(states(events), ["running", "lost"])
      assert.strictEqual((yield* tracker.get(one)).state, "lost")
    })
  )
})

describe("wait", () => {
  it.effect("answers as soon as the operation is done", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running" })
      const waiting = yield* Effect.forkChild(tracker.wait(one, Duration.hours(1)))
      yield* TestClock.adjust("10 seconds")
      set("op-1", { state: "failed" })
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(waiting)).state, "failed")
    })
  )

  it.effect("answers with what is known when time is up, a setback since then or not", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", { state: "running", progress: 40 })
      const waiting = yield* Effect.forkChild(tracker.wait(one, Duration.seconds(30)))
      yield* TestClock.adjust("10 seconds")
      set("op-1", new Unavailable({}))
      yield* TestClock.adjust("19 seconds")
      assert.isUndefined(waiting.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(waiting)).progress, 40)
    })
  )

  it.effect("fails with the last setback when nothing is known by then", () =>
    Effect.gen(function* () {
      const { set, tracker } = yield* setup
      set("op-1", new Unavailable({}))
      const waiting = yield* Effect.forkChild(Effect.flip(tracker.wait(one, Duration.seconds(30))))
      yield* TestClock.adjust("15 seconds")
      set("op-1", new Throttled({ retryAfterMillis: 60_000 }))
      yield* TestClock.adjust("15 seconds")
      const error = yield* Fiber.join(waiting)
      assert.strictEqual(error._tag === "ProviderError" && error.reason._tag, "Throttled")
    })
  )

  it.effect("waits for the first answer, and for no other, when there is no time", () =>
    Effect.gen(function* () {
      const { counts, set, tracker } = yield* setup
      set("op-1", { state: "running" })
      assert.strictEqual((yield* tracker.wait(one, Duration.zero)).state, "running")
      assert.strictEqual(counts.polls, 1)
    })
  )

  it.effect("fails at once with a failure that does not pass", () =>
    Effect.gen(function* () {
      const { tracker } = yield* setup
      const error = yield* Effect.flip(tracker.wait(one, Duration.hours(1)))
      assert.strictEqual(error._tag === "ProviderError" && error.reason._tag, "OperationNotFound")
    })
  )
})

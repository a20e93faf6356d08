import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { Reset, TrackedEvent } from "@opwatch/core/Change"
import type { ChangesOptions } from "../src/ChangeFeed.ts"
import * as ChangeFeed from "../src/ChangeFeed.ts"
import * as Health from "../src/Health.ts"
import * as MemoryStore from "../src/MemoryStore.ts"
import type { Observation } from "../src/Store.ts"
import { faulty, settle, shortly } from "./Harness.ts"
import { at, observation, reference, track } from "./Samples.ts"

const setup = Effect.gen(function* () {
  const { fault, store } = faulty(yield* MemoryStore.make)
  yield* store.track([track("a"), track("b"), track("b", "other")])
  /** As another process does. */
  const observe = (...observations: ReadonlyArray<Observation>) => store.observe(observations)
  const open = Effect.gen(function* () {
    const feed = yield* ChangeFeed.make({ store, monitor: Health.make(), onChange: () => {} })
    /** As this process does. */
    const commit = (...observations: ReadonlyArray<Observation>) =>
      Effect.andThen(
        Effect.flatMap(store.observe(observations), ({ changes }) => feed.publish(changes)),
        settle
      )
    return { ...feed, commit }
  })
  return { store, fault, observe, open }
})

const read = Effect.fnUntraced(function* (
  feed: ChangeFeed.ChangeFeed,
  options: ChangesOptions = {},
  owner: string = "team"
) {
  const told: Array<TrackedEvent | Reset> = []
  yield* feed.changes(owner, options).pipe(
    Stream.runForEach((event) => Effect.sync(() => told.push(event))),
    Effect.forkScoped
  )
  yield* settle
  return told
})

const ids = (told: ReadonlyArray<TrackedEvent | Reset>) => told.map(({ id }) => id)

describe("a reader", () => {
  it.effect("is told what happens from now on, and only of what its owner tracks", () =>
    Effect.gen(function* () {
      const { observe, open } = yield* setup
      yield* observe(observation("a", "running"))
      const feed = yield* open
      const team = yield* read(feed)
      const other = yield* read(feed, {}, "other")
      const nobody = yield* read(feed, {}, "nobody")
      yield* feed.commit(observation("a", "succeeded"), observation("b", "running"))
      assert.deepStrictEqual(shortly(team), ["a succeeded", "b running"])
      assert.deepStrictEqual(shortly(other), ["b running"])
      assert.deepStrictEqual(shortly(nobody), [])
    })
  )

  it.effect("goes on after the id it names, from the store and then from memory, without gap or repeat", () =>
    Effect.gen(function* () {
      const { observe, open } = yield* setup
      for (let progress = 1; progress <= 20; progress++) {
        yield* observe(...Array.from({ length: 60 }, () => observation("a", "running", { progress })))
      }
      const feed = yield* open
      for (let progress = 21; progress <= 40; progress++) yield* feed.commit(observation("a", "running", { progress }))
      const told = yield* read(feed, { after: "7" })
      yield* feed.commit(observation("a", "succeeded"))
      assert.deepStrictEqual(
        ids(told),
        Array.from({ length: 1_214 }, (_, index) => String(index + 8))
      )
      const later = yield* read(feed, { after: "1215" })
      assert.deepStrictEqual(ids(later), ["1216", "1217", "1218", "1219", "1220", "1221"])
    })
  )

  it.effect("is told of what others stored, in order, as soon as anything is stored here", () =>
    Effect.gen(function* () {
      const { observe, open } = yield* setup
      const feed = yield* open
      const told = yield* read(feed)
      yield* observe(observation("a", "pending"))
      yield* observe(observation("b", "pending"))
      yield* feed.commit(observation("a", "running"))
      assert.deepStrictEqual(ids(told), ["1", "2", "3"])
      yield* observe(observation("b", "running"))
      yield* feed.catchUp
      yield* settle
      assert.deepStrictEqual(ids(told), ["1", "2", "3", "4"])
    })
  )

  it.effect("gets a reset if what follows its id is gone, and then all that comes after", () =>
    Effect.gen(function* () {
      const { observe, open, store } = yield* setup
      yield* observe(observation("a", "pending"), observation("a", "running"), observation("b", "running"))
      yield* store.prune({ changesMillis: 1_000, operationsMillis: 1_000, changesPerOperation: 1 }, at(500))
      const feed = yield* open
      const gone = yield* read(feed, { after: "0" })
      const kept = yield* read(feed, { after: "1" })
      yield* feed.commit(observation("a", "succeeded"))
      assert.deepStrictEqual(gone[0], { _tag: "Reset", id: "3" })
      assert.deepStrictEqual(ids(gone), ["3", "4"])
      assert.deepStrictEqual(ids(kept), ["2", "3", "4"])
    })
  )

  it.effect.each(["no id", "", "-1", "1.5", "007", "99999999999999999999", "5"])(
    "gets a reset for an id that was never given (%s)",
    (after) =>
      Effect.gen(function* () {
        const { observe, open } = yield* setup
        yield* observe(observation("a", "pending"))
        const feed = yield* open
        const told = yield* read(feed, { after })
        yield* feed.commit(observation("a", "running"))
        assert.deepStrictEqual(ids(told), ["1", "2"])
        assert.strictEqual(shortly(told)[0], "reset")
      })
  )

  it.effect("waits for what another process told already, and this one has not seen yet", () =>
    Effect.gen(function* () {
      const { observe, open } = yield* setup
      const feed = yield* open
      yield* observe(observation("a", "pending"))
      const told = yield* read(feed, { after: "1" })
      yield* feed.commit(observation("a", "running"))
      assert.deepStrictEqual(ids(told), ["2"])
    })
  )

  it.effect("that reads nothing for long has missed nothing", () =>
    Effect.gen(function* () {
      const { open } = yield* setup
      const feed = yield* open
      const told: Array<string> = []
      yield* feed.changes("team", {}).pipe(
        Stream.runForEach(({ id }) =>
          Effect.andThen(
            Effect.sync(() => told.push(id)),
            Effect.sleep("1 minute")
          )
        ),
        Effect.forkScoped
      )
      yield* settle
      for (let progress = 1; progress <= 50; progress++) yield* feed.commit(observation("a", "running", { progress }))
      assert.deepStrictEqual(told, ["1"])
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(
        told,
        Array.from({ length: 50 }, (_, index) => String(index + 1))
      )
    })
  )

  it.effect("never hears of requests to cancel, and of deadlines only of its owner's", () =>
    Effect.gen(function* () {
      const { open, store } = yield* setup
      yield* store.track([track("b", "other", {}, { deadline: at(10) })])
      const feed = yield* open
      const team = yield* read(feed)
      const other = yield* read(feed, {}, "other")
      yield* Effect.flatMap(store.noteCancel("team", reference("b"), at(5)), feed.publish)
      yield* Effect.flatMap(store.passDeadlines([reference("b")], at(20)), feed.publish)
      yield* feed.commit(observation("b", "cancelled"))
      assert.deepStrictEqual(ids(team), ["3"])
      assert.deepStrictEqual(ids(other), ["2", "3"])
      assert.deepStrictEqual(ids(yield* read(feed, { after: "0" })), ["3"])
      assert.deepStrictEqual(ids(yield* read(yield* open, { after: "0" }, "other")), ["2", "3"])
    })
  )

  it.effect("ends when the feed does, whatever it waits for", () =>
    Effect.gen(function* () {
      const { open } = yield* setup
      const feed = yield* open
      const asleep = yield* Effect.forkChild(Stream.runDrain(feed.changes("team", {})))
      yield* settle
      yield* feed.end
      yield* settle
      assert.isDefined(asleep.pollUnsafe())
      yield* Stream.runDrain(feed.changes("team", {}))
    })
  )

  it.effect("goes on once a store that was away is back", () =>
    Effect.gen(function* () {
      const { fault, observe, open } = yield* setup
      yield* observe(observation("a", "pending"))
      const feed = yield* open
      fault("away")
      const told = yield* read(feed, { after: "0" })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(ids(told), [])
      fault("none")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(ids(told), ["1"])
    })
  )
})

describe("a filter", () => {
  it.effect("lets through that of which all is true", () =>
    Effect.gen(function* () {
      const { open, store } = yield* setup
      yield* store.track([track("a", "team", { run: "1", step: "x" }), track("b", "team", { run: "1" })])
      const feed = yield* open
      const by = (filter: ChangesOptions["filter"]) => read(feed, { filter })
      const told = {
        ref: yield* by({ ref: "cloud/a" }),
        kind: yield* by({ kind: "upload" }),
        state: yield* by({ state: "succeeded" }),
        label: yield* by({ labels: { run: "1" } }),
        labels: yield* by({ labels: { run: "1", step: "x" } }),
        none: yield* by({ labels: { run: "2" } })
      }
      yield* feed.commit(observation("a", "running"), observation("b", "running", { kind: "upload" }))
      yield* feed.commit(observation("b", "succeeded", { kind: "upload" }))
      assert.deepStrictEqual(
        Object.fromEntries(Object.entries(told).map(([name, events]) => [name, ids(events).join(" ")])),
        { ref: "1", kind: "2 3", state: "3", label: "1 2 3", labels: "1", none: "" }
      )
    })
  )
})

describe("labels", () => {
  it.effect("are those of now, in changes from the store and in recent ones, until the owner tracks it no more", () =>
    Effect.gen(function* () {
      const { open, store } = yield* setup
      const feed = yield* open
      const tracks = Effect.fnUntraced(function* (labels: Record<string, string>) {
        yield* store.track([track("a", "team", labels)])
        feed.setLabels("team", "cloud/a", labels)
      })
      yield* tracks({ run: "1" })
      yield* feed.commit(observation("a", "pending"))
      yield* tracks({ run: "2" })
      const labelsOf = (told: ReadonlyArray<TrackedEvent | Reset>) =>
        told.map((event) => ("labels" in event ? event.labels["run"] : "reset"))
      assert.deepStrictEqual(labelsOf(yield* read(feed, { after: "0" })), ["2"])
      assert.deepStrictEqual(labelsOf(yield* read(yield* open, { after: "0" })), ["2"])
      yield* store.untrack("team", reference("a"))
      feed.setLabels("team", "cloud/a", undefined)
      yield* feed.commit(observation("a", "running"))
      assert.deepStrictEqual(yield* read(feed, { after: "0" }), [])
      assert.deepStrictEqual(yield* read(yield* open, { after: "0" }), [])
    })
  )
})

describe("an event", () => {
  it.effect("is one for all who read as its owner", () =>
    Effect.gen(function* () {
      const { open } = yield* setup
      const feed = yield* open
      const [first, second] = [yield* read(feed), yield* read(feed)]
      yield* feed.commit(observation("a", "running"))
      const [event, same] = [first[0] ?? assert.fail("no event"), second[0]]
      assert.strictEqual(event, same)
      const { id, type, labels } = "_tag" in event ? assert.fail("a reset") : event
      assert.deepStrictEqual({ id, type, labels }, { id: "1", type: "operation.changed", labels: {} })
    })
  )
})

import { assert, describe, it } from "@effect/vitest"
import { Throttled, Unavailable } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/testing/TestClock"
import * as MemoryStore from "../src/MemoryStore.ts"
import * as Partition from "../src/Partition.ts"
import { follow, owner, ownership, settle, shortly, start, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

/** Each series on a line: name, labels and value, or the count of a histogram. */
const series = Effect.map(Metric.snapshot, (snapshot) =>
  snapshot.map((metric) => {
    const labels = Object.values(metric.attributes ?? {}).join(" ")
    const value = metric.type === "Gauge" ? metric.state.value : "count" in metric.state ? metric.state.count : "?"
    return `${metric.id} ${labels} ${value}`
  })
)

describe("metrics", () => {
  it.effect("count what is tracked and what came of it, by source and state and never by id", () =>
    Effect.gen(function* () {
      const { set, sources } = InMemoryProvider.make()
      const tracker = yield* start({ sources, store: yield* MemoryStore.make })
      set("a", { state: "running" })
      set("b", new Unavailable({}))
      set("c", { state: "failed" })
      yield* track(tracker, ...["a", "b", "c"].map(InMemoryProvider.reference))
      yield* TestClock.adjust("90 millis")
      const lines = yield* series
      for (const line of [
        "opwatch_operations cloud running 1",
        "opwatch_operations cloud unknown 1",
        "opwatch_polls_total cloud changed 2",
        "opwatch_changes_total operation.changed 1",
        "opwatch_changes_total operation.finished 1",
        "opwatch_partitions  64",
        "opwatch_store_seconds track 1"
      ]) {
        assert.include(lines, line)
      }
      assert.isTrue(lines.some((line) => /^opwatch_poll_lateness_seconds cloud [1-9]/.test(line)))
      assert.isTrue(lines.some((line) => /^opwatch_poll_errors_total cloud unavailable [1-9]/.test(line)))

      set("a", new Throttled({ retryAfterMillis: 1_000 }))
      yield* TestClock.adjust("5 seconds")
      yield* tracker.untrack(owner, InMemoryProvider.reference("a"))
      yield* settle
      const later = yield* series
      assert.include(later, "opwatch_operations cloud running 0")
      assert.isTrue(later.some((line) => /^opwatch_polls_total cloud throttled [1-9]/.test(line)))
      assert.isFalse([...lines, ...later].some((line) => /op-|cloud\//.test(line)))
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )

  it.effect("count a change once, however many servers tell their readers of it", () =>
    Effect.gen(function* () {
      const { set, sources } = InMemoryProvider.make()
      const store = yield* MemoryStore.make
      const one = InMemoryProvider.reference("a")
      const { layer } = yield* ownership([Partition.of(one)])
      const others = yield* ownership([])
      const tracker = yield* start({ sources, store, ownership: layer })
      const told = yield* follow(yield* start({ sources, store, ownership: others.layer }))
      set("a", { state: "running" })
      yield* track(tracker, one)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(shortly(told), ["a running"])
      assert.include(yield* series, "opwatch_changes_total operation.changed 1")
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})

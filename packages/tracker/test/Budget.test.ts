/** A source with more to poll than its budget has polls, in virtual time. */
import { assert, describe, it } from "@effect/vitest"
import * as Diagnosis from "@opwatch/core/Diagnosis"
import { withPolls } from "@opwatch/core/Provider"
import type { OperationId } from "@opwatch/core/Reference"
import { SourceName } from "@opwatch/core/Reference"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Budget from "../src/Budget.ts"
import * as Entry from "../src/Entry.ts"
import * as Health from "../src/Health.ts"
import * as MemoryStore from "../src/MemoryStore.ts"
import { owner, start } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"
import { at, operation, reference, source } from "./Samples.ts"

const minute = 60_000
const hour = 60 * minute
const pollsPerSecond = 1

/** A tenth ends as many did before, and the others, an hour old, do not end. */
const steady = Array.from({ length: 30 }, (_, index) => `steady-${index}`)
const endless = Array.from({ length: 270 }, (_, index) => `endless-${index}`)
const all = [...endless, ...steady]
const endOf = (index: number) => 9 * minute + index * 2_000

const setup = Effect.gen(function* () {
  const clock = yield* Clock.Clock
  yield* TestClock.setTime(hour)
  const polls: Array<{ readonly id: string; readonly at: number }> = []
  const poll = (id: OperationId) =>
    Effect.sync(() => {
      const now = clock.currentTimeMillisUnsafe()
      polls.push({ id, at: now - hour })
      const [kind = "", index] = id.split("-")
      const isOver = kind === "steady" && now - hour >= endOf(Number(index))
      return operation(id, isOver ? "succeeded" : "running", {
        kind,
        submittedAt: at(kind === "steady" ? hour : 0),
        ...(isOver && { finishedAt: at(hour + endOf(Number(index))) }),
        observedAt: at(now)
      })
    })
  const provider = withPolls({
    source,
    name: "cloud",
    urls: ["http://127.0.0.1:4010"],
    capabilities: { cancel: false, list: false, log: false },
    pollsPerSecond,
    get: poll,
    cancel: poll,
    log: () => Stream.empty,
    list: () => Stream.empty,
    diagnose: () => Diagnosis.empty
  })
  const store = yield* MemoryStore.make
  yield* store.learn(
    Array.from({ length: 50 }, (_, index) => ({
      source,
      kind: "steady",
      millis: endOf((30 * index) / 50),
      isOver: true
    }))
  )
  const tracker = yield* start({ sources: new Map([[source, provider]]), store })
  const begun = yield* Effect.forkChild(tracker.track(all.map((id) => ({ owner, reference: reference(id) }))), {
    startImmediately: true
  })
  yield* TestClock.adjust("15 minutes")
  assert.isDefined(begun.pollUnsafe())
  return { tracker, polls }
})

describe("a budget", () => {
  it.effect(
    "is the part of it that the process polls; waits grow only where polls come late, and shrink in any case",
    () =>
      Effect.gen(function* () {
        const standing = { seen: true, born: 0, failures: 0, failingSince: 0 }
        const start = {
          reference: reference("a"),
          kind: { source },
          tracked: true,
          state: "running",
          standing
        } as const
        let entries = Array.from({ length: 100 }, () => Entry.make({ ...start, digest: 0, due: 0 }))
        let isBehind = false
        const replanned: Array<readonly [number, number]> = []
        const other = SourceName.make("other")
        const { provider } = InMemoryProvider.make()
        const { price, pollsPerSecond } = yield* Budget.make({
          providers: new Map([
            [source, { ...provider, pollsPerSecond: 40 }],
            [other, provider]
          ]),
          entries: { all: () => entries },
          plan: (_, __, price) => price,
          leastPrice: 1_000,
          share: () => 0.25,
          isBehind: () => isBehind,
          replan: (_, from, to) => Effect.sync(() => replanned.push([from, Math.round(to)])),
          metrics: { budget: () => {} },
          monitor: Health.make()
        })
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual([pollsPerSecond(source), pollsPerSecond(other)], [10, Infinity])
        assert.deepStrictEqual([Math.round(price(source)), price(other)], [11_314, 1_000])
        assert.deepStrictEqual(replanned, [])
        isBehind = true
        yield* TestClock.adjust("9 seconds")
        assert.deepStrictEqual(replanned, [[1_000, 11_314]])
        entries = []
        isBehind = false
        yield* TestClock.adjust("3 seconds")
        assert.strictEqual(price(source), 1_000)
        assert.deepStrictEqual(replanned[1]?.map(Math.round), [11_314, 1_000])
      })
  )
})

describe("a budget that is too small", () => {
  it.effect(
    "is kept, has every operation polled, and those that are about to end first; then the price falls again",
    () =>
      Effect.gen(function* () {
        const { polls, tracker } = yield* setup
        const firsts = new Map<string, number>()
        for (const { at, id } of polls) if (!firsts.has(id)) firsts.set(id, at)
        assert.strictEqual(firsts.size, all.length)
        assert.isBelow(Math.max(...firsts.values()), 2 * (all.length / pollsPerSecond) * 1_000)

        for (let from = 0; from < 15 * minute; from += 10_000) {
          const within = polls.filter(({ at }) => at >= from && at < from + 10_000).length
          assert.isAtMost(within, 11 * pollsPerSecond + 1)
        }
        assert.isAtLeast(polls.length, 0.7 * pollsPerSecond * 15 * 60)

        const seen = new Map(polls.map(({ at, id }) => [id, at]))
        const lateness = steady.map((id, index) => (seen.get(id) ?? NaN) - endOf(index))
        /** In turn it would be 150 seconds. */
        const mean = lateness.reduce((sum, late) => sum + late) / lateness.length
        assert.isBelow(mean, minute)
        assert.isBelow(Math.max(...lateness), 2 * minute)

        assert.isAbove(tracker.price(source), 2_000)
        const [kept, left] = [endless.slice(0, 10), endless.slice(10)]
        yield* Effect.forEach(left, (id) => tracker.untrack(owner, reference(id)))
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(tracker.price(source), 1_000)
        polls.length = 0
        yield* TestClock.adjust("130 seconds")
        assert.deepStrictEqual(new Set(polls.map(({ id }) => id)), new Set(kept))
        const gauges = (yield* Metric.snapshot).flatMap((metric) =>
          metric.id.startsWith("opwatch_poll_") && metric.type === "Gauge" ? [[metric.id, metric.state.value]] : []
        )
        assert.deepStrictEqual(gauges, [
          ["opwatch_poll_price_seconds", 1],
          ["opwatch_poll_budget_per_second", pollsPerSecond]
        ])
      }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))
  )
})

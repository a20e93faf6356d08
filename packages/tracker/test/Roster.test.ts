/** Several trackers on one store, each of which tells the others of itself, in virtual time. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as MemoryStore from "../src/MemoryStore.ts"
import * as Partition from "../src/Partition.ts"
import { Runner } from "../src/Runner.ts"
import type { Store } from "../src/Store.ts"
import type { Tracker } from "../src/Tracker.ts"
import { at, mortal, ownership, ready, start, track } from "./Harness.ts"
import * as InMemoryProvider from "./InMemoryProvider.ts"

const all = Array.from({ length: Partition.count }, (_, partition) => partition)
const [even, odd] = [all.filter((partition) => partition % 2 === 0), all.filter((partition) => partition % 2 === 1)]

const called = (address: string) => ({ address, version: "1.2.3", leaseMillis: 3_000 })

const runner = Effect.fnUntraced(function* (
  store: Store["Service"],
  address: string,
  partitions: ReadonlyArray<number>
) {
  const { sources } = InMemoryProvider.make()
  const { layer } = yield* ownership(partitions)
  const { crash, scope, tracker } = yield* Effect.provideService(
    mortal({ sources, store, ownership: layer }),
    Runner,
    called(address)
  )
  yield* ready(tracker)
  return { crash, tracker, stop: Scope.close(scope, Exit.void) }
})

const states = ({ cluster }: Tracker["Service"]) =>
  Effect.map(cluster, ({ runners, unowned }) => [
    ...runners.map(({ address, partitions, state }) => `${address} ${state} ${partitions.length}`),
    unowned.length
  ])

describe("the runners of a cluster", () => {
  it.effect("are told by each of them with what they have, until they stop or are silent for a lease", () =>
    Effect.gen(function* () {
      const store = yield* MemoryStore.make
      const first = yield* runner(store, "a:1", even)
      const second = yield* runner(store, "b:2", odd)
      yield* TestClock.adjust("1 second")
      const told = yield* first.tracker.cluster
      assert.deepStrictEqual(yield* second.tracker.cluster, { ...told, answeredBy: "b:2" })
      assert.deepInclude(told.runners[1], { address: "b:2", state: "alive", version: "1.2.3", partitions: odd })

      yield* first.tracker.leave
      assert.deepStrictEqual(yield* states(second.tracker), ["a:1 leaving 32", "b:2 alive 32", 0])
      yield* first.stop
      assert.deepStrictEqual(yield* states(second.tracker), ["b:2 alive 32", 32])

      const third = yield* runner(store, "c:3", even)
      second.crash()
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* states(third.tracker), ["b:2 alive 32", "c:3 alive 32", 0])
      yield* TestClock.adjust("1 second")
      const { runners, unowned } = yield* third.tracker.cluster
      assert.deepStrictEqual(unowned, odd)
      assert.deepInclude(runners[0], { state: "lost", silentMillis: 4_000, partitions: odd })
      yield* third.stop
      yield* TestClock.adjust("1 hour")
      const fourth = yield* runner(store, "d:4", all)
      assert.deepStrictEqual(yield* states(fourth.tracker), ["d:4 alive 64", 0])
    })
  )

  it.effect("go on and stop as ever where the store takes no word of them", () =>
    Effect.gen(function* () {
      const memory = yield* MemoryStore.make
      const mute = yield* runner({ ...memory, report: () => Effect.never, withdraw: () => Effect.never }, "a:1", even)
      const other = yield* runner(memory, "b:2", odd)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* mute.tracker.health)._tag, "Ready")
      assert.deepStrictEqual(yield* states(mute.tracker), ["a:1 alive 32", "b:2 alive 32", 0])
      assert.deepStrictEqual(yield* states(other.tracker), ["b:2 alive 32", 32])
      const stopping = yield* Effect.forkChild(Effect.andThen(mute.tracker.leave, mute.stop))
      yield* TestClock.adjust("2 seconds")
      assert.isDefined(stopping.pollUnsafe())
    })
  )

  it.effect("is one that has everything where there is no cluster, and nothing is stored of it", () =>
    Effect.gen(function* () {
      const store = yield* MemoryStore.make
      const { provider, set } = InMemoryProvider.make()
      const sources = new Map([[provider.source, { ...provider, pollsPerSecond: 4 }]])
      const tracker = yield* Effect.provideService(start({ sources, store }), Runner, called("a:1"))
      set("op-1", { state: "running" })
      yield* track(tracker, InMemoryProvider.reference("op-1"))
      yield* TestClock.adjust("9900 millis")
      const { answeredBy, runners, unowned } = yield* tracker.cluster
      assert.deepStrictEqual([answeredBy, unowned, yield* store.runners], ["a:1", [], []])
      const [{ pollsPerSecond, ...told } = assert.fail("there is one")] = runners
      assert.deepStrictEqual(told, {
        address: "a:1",
        state: "alive",
        silentMillis: 0,
        version: "1.2.3",
        startedAt: at(0),
        partitions: all,
        operations: 1,
        latenessMillis: 1,
        overdueMillis: 0,
        budgets: [{ source: provider.source, pollsPerSecond: 4, priceMillis: 1_000 }]
      })
      assert.isTrue(pollsPerSecond > 0 && pollsPerSecond < 1, `${pollsPerSecond}`)
    })
  )
})

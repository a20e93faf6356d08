/** The process that the tracker's benchmark starts, measures and kills: the tracker over a store, and no HTTP. */
import { fromOperation } from "@opwatch/core/CompactOperation"
import { Sources } from "@opwatch/core/Sources"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Heap from "@opwatch/server/Heap"
import * as DatabaseUrl from "@opwatch/store/DatabaseUrl"
import * as SqlStore from "@opwatch/store/SqlStore"
import * as Knowledge from "@opwatch/tracker/Knowledge"
import * as MemoryStore from "@opwatch/tracker/MemoryStore"
import { Ownership } from "@opwatch/tracker/Ownership"
import { Store } from "@opwatch/tracker/Store"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type { World } from "./tracker-world.ts"
import * as TrackerWorld from "./tracker-world.ts"

export interface Task {
  readonly world: World
  /** `memory`, or a database: `file:PATH`, `postgres://…`. */
  readonly store: string
  /** Whether the store is filled before; if that is all, the process ends. */
  readonly fill: boolean
  readonly watch: boolean
  readonly seconds: number
}

/** Milliseconds since the process started, and since the tracker was. */
export interface Started {
  readonly firstPoll: readonly [number, number]
  readonly loaded: readonly [number, number]
}

export interface Measured {
  readonly pollsPerSecond: number
  /** Of all polls, by the tracker's own metric: how many began no later than so many seconds after they were due. */
  readonly lateness: ReadonlyArray<readonly [seconds: number, polls: number]>
  readonly changes: number
  /** In bytes: a median of the last half of the time, and the most there ever was. */
  readonly resident: number
  readonly peak: number
  readonly heap: number
  /** Percent of a core. */
  readonly cpu: number
}

Heap.growSlowly()

const task: Task = JSON.parse(process.argv[2] ?? "")
const { world } = task

const tell = (message: { readonly started: Started } | { readonly measured: Measured }) => process.send?.(message)

const store =
  task.store === "memory"
    ? MemoryStore.layer
    : Layer.provide(SqlStore.layer, DatabaseUrl.layer(Redacted.make(task.store), { path: "", address: undefined }))

const fill = Effect.gen(function* () {
  const store = yield* Store
  const at = Timestamp.fromMillis(world.submitted)
  const provider = TrackerWorld.provider(world, () => {})
  const batch = 1_000
  for (let from = 0; from < world.operations; from += batch) {
    const size = Math.min(batch, world.operations - from)
    const ids = Array.from({ length: size }, (_, index) => TrackerWorld.idOf(from + index))
    yield* store.track(
      ids.map((id) => {
        const reference = { source: TrackerWorld.source, id }
        const unseen = Knowledge.unseen(provider, reference, at)
        return {
          owner: "team",
          reference,
          unseen,
          labels: { batch: `${from}` },
          deadline: undefined,
          at,
          limit: undefined
        }
      })
    )
    yield* store.observe(
      ids.map((id) => ({
        type: "operation.changed",
        operation: fromOperation(TrackerWorld.observed(world, id, Date.now()))
      }))
    )
  }
})

const latenessIn = (metrics: ReadonlyArray<Metric.Metric.Snapshot>): Measured["lateness"] =>
  metrics.flatMap((metric) =>
    metric.id === "opwatch_poll_lateness_seconds" && metric.type === "Histogram" ? metric.state.buckets : []
  )

const watch = Effect.gen(function* () {
  let polls = 0
  let firstPoll = 0
  const provider = TrackerWorld.provider(world, () => {
    if (polls++ === 0) firstPoll = performance.now()
  })

  const began = performance.now()
  const sinceStart = (at: number) => [at, at - began] as const
  const context = yield* Layer.build(
    Layer.provide(Tracker.layer, [Layer.succeed(Sources, new Map([[TrackerWorld.source, provider]])), Ownership.all])
  )
  const tracker = yield* Effect.provideContext(Tracker, context)
  const isReady = Effect.map(tracker.health, ({ _tag }) => _tag === "Ready")
  yield* Effect.repeat(isReady, { until: (ready) => ready && polls > 0, schedule: Schedule.spaced(5) })
  tell({ started: { firstPoll: sinceStart(firstPoll), loaded: sinceStart(performance.now()) } })

  const sequence = Effect.flatMap(Store, ({ lastSequence }) => lastSequence)
  const resident: Array<number> = []
  const [cpu, start, before, firstSequence] = [process.cpuUsage(), performance.now(), polls, yield* sequence]
  yield* Effect.repeat(
    Effect.sync(() => resident.push(process.memoryUsage.rss())),
    { times: task.seconds * 4, schedule: Schedule.spaced("250 millis") }
  )
  const seconds = (performance.now() - start) / 1_000
  const used = process.cpuUsage(cpu)
  const late = resident.slice(resident.length >> 1).toSorted((a, b) => a - b)
  tell({
    measured: {
      pollsPerSecond: (polls - before) / seconds,
      lateness: latenessIn(yield* Metric.snapshot),
      changes: (yield* sequence) - firstSequence,
      resident: late[late.length >> 1] ?? NaN,
      peak: process.resourceUsage().maxRSS * 1_024,
      heap: process.memoryUsage().heapUsed,
      cpu: (used.user + used.system) / 10_000 / seconds
    }
  })
  return yield* Effect.never
})

await Effect.gen(function* () {
  if (task.fill) yield* fill
  if (task.watch) yield* watch
}).pipe(Effect.provide(store), Effect.scoped, Effect.runPromise)
process.disconnect?.()

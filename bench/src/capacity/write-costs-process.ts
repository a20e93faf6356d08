/** The process of one writer: it does one thing to the store again and again for a while, and tells what that took. */
import { fromOperation } from "@opwatch/core/CompactOperation"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as DatabaseUrl from "@opwatch/store/DatabaseUrl"
import * as SqlStore from "@opwatch/store/SqlStore"
import * as Knowledge from "@opwatch/tracker/Knowledge"
import * as Retention from "@opwatch/tracker/Retention"
import { Store } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { once } from "node:events"
import * as TrackerWorld from "../tracker-world.ts"

export interface Task {
  readonly database: string
  readonly step: keyof typeof steps
  /** What it takes at once: operations, changes. */
  readonly batch: number
  /** The operations of this writer alone: the first, and how many. */
  readonly from: number
  readonly size: number
  readonly seconds: number
}

export interface Done {
  readonly count: number
  readonly steps: number
  readonly seconds: number
  /** Processor time of this process, in seconds. */
  readonly processor: number
}

const task: Task = JSON.parse(process.argv[2] ?? "")
const world = { operations: task.from + task.size, polls: 1, changes: 0, submitted: Date.now() }
const provider = TrackerWorld.provider(world, () => {})

const idsOf = (step: number) =>
  Array.from({ length: task.batch }, (_, index) =>
    TrackerWorld.idOf(task.from + ((step * task.batch + index) % task.size))
  )

/** Each says how many it did. */
const steps = {
  track: Effect.fnUntraced(function* (store: Store["Service"], step: number) {
    const at = Timestamp.fromMillis(world.submitted)
    const tracks = idsOf(step).map((id) => {
      const reference = { source: TrackerWorld.source, id }
      const unseen = Knowledge.unseen(provider, reference, at)
      const labels = { batch: `${step}` }
      return { owner: "team", reference, unseen, labels, deadline: undefined, at, limit: undefined }
    })
    return (yield* store.track(tracks)).length
  }),
  get: Effect.fnUntraced(function* (store: Store["Service"], step: number) {
    for (const id of idsOf(step)) yield* store.get({ source: TrackerWorld.source, id })
    return task.batch
  }),
  observe: Effect.fnUntraced(function* (store: Store["Service"], step: number) {
    const observations = idsOf(step).map((id) => {
      const operation = fromOperation(TrackerWorld.observed(world, id, Date.now()))
      return { type: "operation.changed" as const, operation: { ...operation, counts: { succeeded: step } } }
    })
    return (yield* store.observe(observations)).changes.length
  }),
  follow: Effect.fnUntraced(function* (store: Store["Service"], step: number) {
    const { changes } = yield* store.changes({ after: step * task.batch, limit: task.batch })
    yield* store.trackings([...new Set(changes.map(({ operation }) => operation.ref))])
    return changes.length
  }),
  prune: Effect.fnUntraced(function* (store: Store["Service"]) {
    const minute = 60_000
    return yield* store.prune(
      { ...Retention.defaults, changesMillis: 0 },
      Timestamp.fromMillis(world.submitted + minute)
    )
  })
}

/** Until its time is over, or as much is done as there is. */
const again = Effect.fnUntraced(function* (store: Store["Service"]) {
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  const seconds = () => (performance.now() - start) / 1_000
  let [count, made] = [0, 0]
  while (seconds() < task.seconds && made * task.batch < task.size) {
    count += yield* steps[task.step](store, made++)
  }
  const { system, user } = process.cpuUsage(cpu)
  return { count, steps: made, seconds: seconds(), processor: (user + system) / 1e6 } satisfies Done
})

await Effect.gen(function* () {
  const store = yield* Store
  yield* store.lastSequence
  const told = Effect.promise(() => once(process, "message"))
  process.send?.("ready")
  yield* told
  process.send?.(yield* again(store))
  yield* told
}).pipe(
  Effect.provide(
    Layer.provide(SqlStore.layer, DatabaseUrl.layer(Redacted.make(task.database), { path: "", address: undefined }))
  ),
  Effect.runPromise
)
process.disconnect?.()

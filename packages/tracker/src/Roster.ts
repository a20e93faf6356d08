/**
 * Which processes share the store: each tells in it once a second what it polls, and reads there what the others told. That it
 * cannot be told holds up nothing else.
 */
import type { Cluster, RunnerReport, RunnerState } from "@opwatch/core/Cluster"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Activity } from "./Activity.ts"
import type { Budget } from "./Budget.ts"
import type { Entries } from "./Entries.ts"
import type { Monitor } from "./Health.ts"
import * as Partition from "./Partition.ts"
import type { Partitions } from "./Partitions.ts"
import type { Polling } from "./Polling.ts"
import { Runner } from "./Runner.ts"
import type { ReportedRunner, Store } from "./Store.ts"
import type { StoreError } from "./StoreError.ts"
import * as TimeLimit from "./TimeLimit.ts"
import type { TrackerMetrics } from "./TrackerMetrics.ts"

export interface Roster {
  /** The others as they told, this process as it is. */
  readonly cluster: Effect.Effect<Cluster, StoreError>
  /** Tells that this process is on its way out, for a second at most. */
  readonly leave: Effect.Effect<void>
  /** Whether another lives and stays; not if the store cannot say so within a second. */
  readonly hasOthers: Effect.Effect<boolean>
}

const period = Duration.seconds(1)

/** For the last words: nobody waits longer for a store that is away. */
const patience = Duration.seconds(1)
const within = TimeLimit.within(patience, () => Effect.void)

export const make = Effect.fnUntraced(function* (options: {
  /** Whether there may be others. */
  readonly isShared: boolean
  readonly store: Pick<Store["Service"], "report" | "runners" | "withdraw">
  readonly partitions: Pick<Partitions, "held">
  readonly entries: Pick<Entries, "size">
  readonly activity: Pick<Activity, "recent">
  readonly polling: Pick<Polling, "overdue">
  readonly budget: Pick<Budget, "shares">
  readonly metrics: Pick<TrackerMetrics, "partitions">
  readonly monitor: Pick<Monitor, "keep">
}) {
  const { activity, budget, entries, isShared, metrics, monitor, partitions, polling, store } = options
  const { address, leaseMillis, version } = yield* Runner
  const startedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
  const inTurn = yield* Semaphore.make(1)
  let leaving = false
  let hasLeft = false

  const report = (): RunnerReport => ({
    version,
    startedAt,
    partitions: [...partitions.held().keys()].toSorted((a, b) => a - b),
    operations: entries.size(),
    ...activity.recent(),
    overdueMillis: Math.round(polling.overdue()),
    budgets: budget.shares(),
    leaseMillis,
    leaving
  })

  const tell = Effect.suspend(() => {
    const now = report()
    metrics.partitions(now.partitions.length)
    return hasLeft ? Effect.void : Effect.ignore(store.report(address, now))
  }).pipe(inTurn.withPermit)

  if (isShared) {
    yield* Effect.andThen(tell, Effect.sleep(period)).pipe(
      (step) => monitor.keep("telling other servers of this one", step),
      Effect.forever,
      Effect.forkScoped
    )
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        hasLeft = true
        return store.withdraw(address)
      }).pipe(inTurn.withPermit, Effect.ignore, within)
    )
  } else metrics.partitions(Partition.count)

  return {
    cluster: Effect.gen(function* () {
      const others = isShared ? yield* store.runners : []
      const own = { address, report: report(), silentMillis: 0 }
      return clusterOf(address, [own, ...others.filter((other) => other.address !== address)])
    }),
    leave: Effect.suspend(() => {
      leaving = true
      return isShared ? within(tell) : Effect.void
    }),
    hasOthers: isShared
      ? store.runners.pipe(
          Effect.map((runners) => runners.some((other) => other.address !== address && isAlive(other))),
          Effect.orElseSucceed(() => false),
          TimeLimit.within(patience, () => Effect.succeed(false))
        )
      : Effect.succeed(false)
  } satisfies Roster
})

const isAlive = ({ report: { leaseMillis, leaving }, silentMillis }: ReportedRunner): boolean =>
  stateOf(leaving, silentMillis > leaseMillis) === "alive"

const clusterOf = (answeredBy: string, reported: ReadonlyArray<ReportedRunner>): Cluster => {
  const runners = reported
    .map(({ address, report: { leaseMillis, leaving, ...told }, silentMillis }) => ({
      address,
      state: stateOf(leaving, silentMillis > leaseMillis),
      silentMillis,
      ...told
    }))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1))
  const owned = new Set(runners.flatMap(({ partitions, state }) => (state === "lost" ? [] : partitions)))
  const all = Array.from({ length: Partition.count }, (_, partition) => partition)
  return { answeredBy, runners, unowned: all.filter((partition) => !owned.has(partition)) }
}

const stateOf = (leaving: boolean, isLost: boolean): RunnerState => {
  if (isLost) return "lost"
  return leaving ? "leaving" : "alive"
}

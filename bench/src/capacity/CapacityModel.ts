/** What a workload takes: of runners, of Postgres, of the providers. Pure. */
import * as Partition from "@opwatch/tracker/Partition"
import type { Demand } from "./Demand.ts"
import type { UnitCosts } from "./UnitCosts.ts"
import type { Workload } from "./Workload.ts"
import * as WriteQueue from "./WriteQueue.ts"

export interface Capacity {
  /** The runner with the most partitions: the part of a core that it needs, polls a second, and bytes. */
  readonly runner: { readonly processor: number; readonly polls: number; readonly memory: number }
  readonly writes: WriteQueue.WriteQueue
  /** Cores, bytes of write-ahead log a second, and bytes that are kept once retention has come round. */
  readonly database: { readonly cores: number; readonly walBytes: number; readonly storedBytes: number }
  /** Bytes a second between runners and providers. */
  readonly network: number
  /** The part of the polls that the plans want and the runners can make. */
  readonly made: number
  /** What is over its limit, in words; empty if the workload fits. */
  readonly over: ReadonlyArray<string>
}

/** A runner's one thread, and the right to write, are late well before they are full. */
export const limits = { processor: 0.7, needed: 0.7, memoryBytes: 2e9 }

/** As the tracker has it: polls of a source under way in one runner. */
const pollsAtOnce = 64

/** The part of all partitions that the runner with the most of them has. */
export const largestShare = (runners: number): number => Math.ceil(Partition.count / runners) / Partition.count

export const of = (workload: Workload, runners: number, demand: Demand, costs: UnitCosts): Capacity => {
  const { answerMillis, budget, operations, readerPart, readers, sources, trackedAtOnce } = workload
  const { changes, ends, polls } = demand
  const share = largestShare(runners)
  const perOperation = changes / ends
  const writes = WriteQueue.of({ runners, changes, tracks: ends, trackedAtOnce, pruned: changes + ends }, costs)
  const events = (changes * readers * readerPart) / runners
  /** What others store each reads for its readers; what webhooks are made of, one of them. */
  const followed = changes * (1 - share + 1 / runners) + ends * (1 - 1 / runners)
  const processor =
    (costs.idleMillis +
      share * polls * costs.pollMillis +
      share * changes * costs.changeMillis +
      followed * costs.followMillis +
      (ends / runners) * costs.trackMillis +
      (writes.transactions / runners) * costs.transactionMillis +
      events * costs.eventMillis) /
    1_000
  const cores =
    (writes.transactions * costs.databaseTransactionMillis +
      changes * costs.databaseChangeMillis +
      (changes * runners + ends * (runners - 1)) * costs.databaseFollowMillis +
      ends * costs.databaseTrackMillis +
      (changes + ends) * costs.databasePruneMillis) /
    1_000
  const memory = costs.memoryBaseBytes + share * operations * costs.memoryOperationBytes
  const runner = { processor, polls: share * polls, memory }
  const mostPolls = (sources * pollsAtOnce * 1_000) / answerMillis
  return {
    runner,
    writes,
    database: {
      cores,
      walBytes: changes * costs.walChangeBytes + ends * costs.walTrackBytes + (changes + ends) * costs.walPruneBytes,
      storedBytes: storedBytes(workload, demand, perOperation, costs)
    },
    network: polls * costs.pollBytes,
    made: Math.min(1, 1 / processor, mostPolls / runner.polls),
    over: [
      ...(polls > 1.001 * budget ? [`the providers' polls: ${polls.toFixed(0)} a second are wanted at least`] : []),
      ...(writes.needed > limits.needed ? [`the right to write: ${percent(writes.needed)} of the time`] : []),
      ...(processor > limits.processor ? [`a runner's processor: ${percent(processor)} of a core`] : []),
      ...(memory > limits.memoryBytes ? [`a runner's memory: ${(memory / 1e9).toFixed(1)} GB`] : []),
      ...(runner.polls > mostPolls ? [`polls under way at once: ${runner.polls.toFixed(0)} a second are wanted`] : [])
    ]
  }
}

/** Each that ended keeps its latest change as long as itself. */
const storedBytes = (
  { changesKept, operations, operationsKept }: Workload,
  { changes, ends }: Demand,
  perOperation: number,
  { storedChangeBytes, storedOperationBytes }: UnitCosts
) => {
  const day = 86_400
  const kept = operations + ends * operationsKept * day
  const latest = kept * storedChangeBytes
  const earlier = changes * (1 - 1 / perOperation) * changesKept * day * storedChangeBytes
  return kept * storedOperationBytes + latest + earlier
}

/** The least number with which nothing is over its limit; undefined if no number is. */
export const runnersFor = (workload: Workload, demand: Demand, costs: UnitCosts): number | undefined => {
  const all = Array.from({ length: Partition.count }, (_, index) => index + 1)
  return all.find((runners) => of(workload, runners, demand, costs).over.length === 0)
}

/** The most for which any number of runners is enough. */
export const mostOperations = (
  workload: Workload,
  demandOf: (workload: Workload) => Demand,
  costs: UnitCosts
): number => {
  let [low, high] = [1, 1e9]
  while (high > 1.01 * low) {
    const operations = Math.sqrt(low * high)
    const tried = { ...workload, operations }
    if (runnersFor(tried, demandOf(tried), costs) === undefined) high = operations
    else low = operations
  }
  return low
}

const percent = (part: number) => `${(100 * part).toFixed(0)} %`

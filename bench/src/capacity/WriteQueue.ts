/**
 * The one right to write, as a queue: every write of every server holds the counters until its commit. Servers gather changes
 * while they wait for it, so that their batches grow until as many go through as come, or the largest batches are not enough.
 */
import type { UnitCosts } from "./UnitCosts.ts"

/** A second, of all servers together. */
export interface Writes {
  readonly runners: number
  readonly changes: number
  readonly tracks: number
  readonly trackedAtOnce: number
  /** Changes and operations that are let go. */
  readonly pruned: number
}

export interface WriteQueue {
  /** The part of the time that writes hold it, and would hold it with the largest batches: over 1 more comes than goes through. */
  readonly held: number
  readonly needed: number
  readonly transactions: number
  /** Changes in a transaction. */
  readonly batch: number
  /** From when a change is seen until it is stored, in milliseconds, at the mean; infinite where more come than go through. */
  readonly storedAfter: number
}

/** As `tracker/Committer` has them. */
export const largestBatch = 500
const gathering = { shortest: 5, longest: 50 }

/** As the store's pruning and the dispatcher of webhooks have them. */
export const prunedAtOnce = 100
export const dispatchPauseMillis = 200

/** Lifetimes are learned 500 at a time, and at least every five seconds where there are any. */
const learnPauseSeconds = 5

export const of = (writes: Writes, costs: UnitCosts): WriteQueue => {
  const { changes, runners, trackedAtOnce, tracks } = writes
  const others = othersOf(writes, costs)
  const writeOf = (batch: number) => costs.lockMillis + costs.flushMillis + batch * costs.lockChangeMillis
  const needed = others.held + (changes / largestBatch / 1_000) * writeOf(largestBatch)
  if (needed >= 1) {
    const batch = largestBatch
    return { held: 1, needed, transactions: others.transactions + changes / batch, batch, storedAfter: Infinity }
  }

  /** By the millisecond, of one server: changes, and moments at which any come. What was tracked at once is first seen at once. */
  const rate = changes / runners / 1_000
  const together = changes / (changes - tracks + tracks / Math.max(1, trackedAtOnce / runners))
  const moments = rate / together
  let [batch, took] = [together, writeOf(together)]
  for (let round = 0; round < rounds; round++) {
    const write = writeOf(batch)
    const perMilli = (rate * runners) / batch
    const free = Math.max(0.01, 1 - others.held - perMilli * write)
    const waited = (others.squares + perMilli * write ** 2) / 2 / free
    const most = ((runners - 1) * write + others.longest) / (1 - others.held)
    took += (write + Math.min(waited, most) - took) / 8
    const first = Math.exp(-moments * took)
    batch += (Math.min(largestBatch, first * together + rate * (took + gatheredFor(took))) - batch) / 8
  }
  const held = Math.min(1, others.held + (changes / batch / 1_000) * writeOf(batch))
  const gathered = gatheredFor(took)
  /** The write before, and those of the servers that saw something at the same moment. */
  const behind = (Math.min(1, (rate * took) / batch) * took) / 2
  const beside = (((1 - held) * tracks) / changes) * ((Math.min(runners, trackedAtOnce) - 1) / 2) * writeOf(batch)
  return {
    held,
    needed,
    transactions: others.transactions + changes / batch,
    batch,
    storedAfter: behind + beside + gathered / (1 + moments * gathered) + took
  }
}

/** As long as the last write took, within bounds. */
export const gatheredFor = (took: number): number => Math.min(gathering.longest, Math.max(gathering.shortest, took))

const rounds = 1_000

const othersOf = (
  { changes, pruned, runners, trackedAtOnce, tracks }: Writes,
  { flushMillis, lockChangeMillis, lockDispatchMillis, lockMillis, lockPruneMillis, lockTrackMillis }: UnitCosts
) => {
  const fixed = lockMillis + flushMillis
  const looks = (1_000 / dispatchPauseMillis) * runners
  const kinds = [
    { rate: tracks / trackedAtOnce, took: fixed + trackedAtOnce * lockTrackMillis },
    { rate: pruned / prunedAtOnce, took: fixed + prunedAtOnce * lockPruneMillis },
    { rate: looks * -Math.expm1(-changes / looks), took: lockDispatchMillis + flushMillis },
    { rate: Math.min(tracks, runners / learnPauseSeconds) + tracks / largestBatch, took: fixed + lockChangeMillis }
  ]
  const sum = (of: (kind: { readonly rate: number; readonly took: number }) => number) =>
    kinds.reduce((sum, kind) => sum + of(kind), 0)
  return {
    transactions: sum(({ rate }) => rate),
    held: sum(({ rate, took }) => (rate * took) / 1_000),
    squares: sum(({ rate, took }) => (rate * took ** 2) / 1_000),
    longest: Math.max(...kinds.map(({ took }) => took))
  }
}

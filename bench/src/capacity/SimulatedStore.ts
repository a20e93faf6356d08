/** The store as the simulation has it: the one right to write, and what goes on in it besides changes and trackings. */
import type { SimulatedRunner } from "./SimulatedRunner.ts"
import type { UnitCosts } from "./UnitCosts.ts"
import type { VirtualTime } from "./VirtualTime.ts"
import * as WriteQueue from "./WriteQueue.ts"

/** All moments are in milliseconds of virtual time. */
export interface SimulatedStore {
  /** Waits for the right to write and has it for so long; gives when it is over. */
  readonly write: (now: number, millis: number) => number
  /** The runner stored so many changes. As many things as are stored are let go: changes, and an operation for each end. */
  readonly stored: (runner: SimulatedRunner, changes: number, ends: number, now: number) => void
  /** Has the runner look for webhooks to dispatch, from now on. */
  readonly dispatchFrom: (runner: SimulatedRunner, now: number) => void
  /** For how long the right to write was had so far. */
  readonly held: (now: number) => number
}

/** Lifetimes that are learned in one write. */
const learnedAtOnce = 500

export const make = (time: VirtualTime, costs: UnitCosts): SimulatedStore => {
  const fixed = costs.lockMillis + costs.flushMillis
  let [free, held, stored, dispatched, old, ended] = [0, 0, 0, 0, 0, 0]

  const write: SimulatedStore["write"] = (now, millis) => {
    free = Math.max(now, free) + millis
    held += millis
    return free
  }

  const dispatchFrom: SimulatedStore["dispatchFrom"] = (runner, now) => {
    const count = stored - dispatched
    dispatched = stored
    if (count > 0) runner.work(now, costs.transactionMillis + count * costs.followMillis)
    const over = count > 0 ? write(now, costs.lockDispatchMillis + costs.flushMillis) : now
    time.at(over + WriteQueue.dispatchPauseMillis, (now) => dispatchFrom(runner, now))
  }

  return {
    write,
    dispatchFrom,
    stored: (runner, changes, ends, now) => {
      stored += changes
      ended += ends
      old += changes + ends
      for (; ended >= learnedAtOnce; ended -= learnedAtOnce) write(now, fixed + costs.lockChangeMillis)
      for (; old >= WriteQueue.prunedAtOnce; old -= WriteQueue.prunedAtOnce) {
        runner.work(now, costs.transactionMillis)
        write(now, fixed + WriteQueue.prunedAtOnce * costs.lockPruneMillis)
      }
    },
    held: (now) => held - Math.max(0, free - now)
  }
}

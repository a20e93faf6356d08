/** One server as the simulation has it: its one thread, its polls by the tracker's own pace, and changes gathered for the store. */
import * as DueQueue from "@opwatch/tracker/DueQueue"
import * as Pace from "@opwatch/tracker/Pace"
import * as TokenBucket from "@opwatch/tracker/TokenBucket"
import type { Poll } from "@opwatch/core/Provider"
import { idOf, observed } from "../tracker-world.ts"
import type { UnitCosts } from "./UnitCosts.ts"
import type { Happening, VirtualTime } from "./VirtualTime.ts"
import * as WriteQueue from "./WriteQueue.ts"

/** All moments are in milliseconds of virtual time. */
export interface SimulatedOperation extends DueQueue.DueItem {
  readonly plan: Pace.Plan
  readonly ends: number
  standing: Pace.Standing
  /** By the latest poll. */
  seenAt: number
}

export interface Seen {
  readonly operation: SimulatedOperation
  readonly at: number
}

export interface SimulatedRunner {
  /** Polls it when it is due. */
  readonly add: (operation: SimulatedOperation) => void
  /** Keeps the thread busy; gives when it gets to it. */
  readonly work: (now: number, millis: number) => number
  /** Processor time so far, in milliseconds. */
  readonly worked: () => number
}

/** As the tracker's polls and its committer have them. */
const pollsAtOnce = 64
const mostWaiting = 1_000
const heldPause = 100

/** Of an operation that goes on. */
const answer: Poll = {
  operation: observed({ operations: 1, polls: 1, changes: 0, submitted: 0 }, idOf(0), 0)
}

export const make = (options: {
  readonly time: VirtualTime
  readonly costs: UnitCosts
  readonly chance: () => number
  readonly pollsPerSecond: number
  readonly sources: number
  readonly answerMillis: number
  /** Of an operation that goes on, in an hour. */
  readonly changesPerHour: number
  /** Waits for the right to write and has it for so long; gives when it is over. */
  readonly write: (now: number, millis: number) => number
  readonly onPoll: (lateness: number) => void
  readonly onStored: (batch: ReadonlyArray<Seen>, now: number) => void
}): SimulatedRunner => {
  const { answerMillis, chance, changesPerHour, costs, onPoll, onStored, time, write } = options
  const due = DueQueue.make<SimulatedOperation>()
  const bucket = TokenBucket.make(() => options.pollsPerSecond)
  const mostAtOnce = options.sources * pollsAtOnce
  const waiting: Array<Seen> = []
  let [free, worked, atOnce, took] = [0, 0, 0, 0]
  let gathering: Happening | undefined
  let isWriting = false
  let isHeld = false

  const work: SimulatedRunner["work"] = (now, millis) => {
    const start = Math.max(now, free)
    free = start + millis
    worked += millis
    return start
  }

  const hold = (until: number) => {
    if (isHeld) return
    isHeld = true
    time.at(until, (now) => {
      isHeld = false
      begin(now)
    })
  }

  const begin = (now: number) => {
    for (let first = due.first(); first !== undefined && atOnce < mostAtOnce; first = due.first()) {
      const operation = first
      if (waiting.length >= mostWaiting) return hold(now + heldPause)
      if (bucket.ready() > now) return hold(bucket.ready())
      due.remove(operation)
      bucket.take(now)
      atOnce += 1
      const start = work(now, costs.pollMillis / 2)
      onPoll(start - operation.due)
      time.at(start + answerMillis, (now) => answered(operation, now))
    }
  }

  const answered = (operation: SimulatedOperation, now: number) => {
    atOnce -= 1
    work(now, costs.pollMillis / 2)
    const { ends, seenAt, standing } = operation
    const isNew = !standing.seen || ends <= now || chance() < shownIn(now - seenAt)
    operation.seenAt = now
    if (isNew) gather(operation, now)
    else again(operation, now)
    begin(now)
  }
  const shownIn = (millis: number) => -Math.expm1((-changesPerHour * millis) / 3_600_000)

  const again = (operation: SimulatedOperation, now: number) => {
    const moment = { now, wall: now, chance: chance() }
    const { delay, standing } = Pace.afterAnswer(operation.standing, answer, moment, operation.plan)
    operation.standing = standing
    operation.due = now + delay
    add(operation)
  }

  const add = (operation: SimulatedOperation) =>
    void time.at(operation.due, (now) => {
      due.add(operation)
      begin(now)
    })

  const gather = (operation: SimulatedOperation, at: number) => {
    work(at, costs.changeMillis)
    waiting.push({ operation, at })
    const isFull = waiting.length >= WriteQueue.largestBatch
    if (gathering !== undefined && isFull) time.cancel(gathering)
    if (!isWriting && (gathering === undefined || isFull)) rest(at, isFull)
  }

  const rest = (now: number, isFull: boolean) => {
    gathering = time.at(isFull ? now : now + WriteQueue.gatheredFor(took), store)
  }

  const store = (began: number) => {
    gathering = undefined
    isWriting = true
    const batch = waiting.splice(0, WriteQueue.largestBatch)
    const start = work(began, costs.transactionMillis)
    const end = write(start, costs.lockMillis + costs.flushMillis + batch.length * costs.lockChangeMillis)
    time.at(end, (now) => {
      isWriting = false
      took = now - began
      onStored(batch, now)
      for (const { operation, at } of batch) if (operation.ends > at) again(operation, now)
      if (waiting.length > 0) rest(now, waiting.length >= WriteQueue.largestBatch)
    })
  }

  return { add, work, worked: () => worked }
}

/**
 * The workload lived through in virtual time, with every operation by itself: polled by the real plans and pace, in the real
 * partitions, by runners and a store that take as long as the unit costs say. What the model says is compared with it.
 */
import * as PollSettings from "@opwatch/tracker/PollSettings"
import * as PollBudget from "@opwatch/core/PollBudget"
import * as Pace from "@opwatch/tracker/Pace"
import { percentile } from "../percentile.ts"
import { longest, random } from "../poll-plan-law.ts"
import * as Demand from "./Demand.ts"
import type { PlanOf } from "./Demand.ts"
import * as Population from "./Population.ts"
import * as SimulatedRunner from "./SimulatedRunner.ts"
import * as SimulatedStore from "./SimulatedStore.ts"
import type { UnitCosts } from "./UnitCosts.ts"
import * as VirtualTime from "./VirtualTime.ts"
import type { Group, Workload } from "./Workload.ts"
import * as WriteQueue from "./WriteQueue.ts"

export interface Simulated {
  /** A second. */
  readonly polls: number
  readonly changes: number
  readonly ends: number
  /** From an end to the answer that shows it, in seconds, at the mean. */
  readonly lateness: number
  /** Of polls, behind their plan, in milliseconds: of 95 in a hundred. */
  readonly behind: number
  /** The part of its one core that the busiest runner uses, and the part of the time that the right to write is held. */
  readonly processor: number
  readonly held: number
  readonly batch: number
  readonly storedAfter: number
}

export interface Span {
  /** Virtual seconds: before anything counts, and then. */
  readonly before: number
  readonly seconds: number
  readonly seed: number
}

export const run = (
  workload: Workload,
  runners: number,
  planOf: PlanOf,
  costs: UnitCosts,
  { before, seconds, seed }: Span
): Simulated => {
  const chance = random(seed)
  const time = VirtualTime.make()
  const store = SimulatedStore.make(time, costs)
  const from = 1_000 * before
  const end = from + 1_000 * seconds
  const behind: Array<number> = []
  let [polls, changes, ends, late, batches, storing, index] = [0, 0, 0, 0, 0, 0, 0]

  const fleet = Array.from({ length: runners }, (_, which) => {
    const runner = SimulatedRunner.make({
      ...workload,
      time,
      costs,
      chance,
      write: store.write,
      pollsPerSecond: workload.budget / runners,
      onPoll: (lateness) => {
        if (polls++ % sampled === 0) behind.push(lateness)
      },
      onStored: (batch, now) => {
        const ended = batch.filter(({ at, operation }) => operation.ends <= at)
        changes += batch.length
        batches += 1
        for (const { at } of batch) storing += now - at
        ends += ended.length
        for (const { at, operation } of ended) late += at - operation.ends
        othersWork(which, now, batch.length * costs.followMillis)
        const events = (batch.length * workload.readers * workload.readerPart) / runners
        for (const { work } of fleet) work(now, events * costs.eventMillis)
        store.stored(runner, batch.length, ended.length, now)
      }
    })
    return runner
  })
  const othersWork = (which: number, now: number, millis: number) => {
    for (const [other, { work }] of fleet.entries()) if (other !== which) work(now, millis)
  }
  for (const runner of fleet) store.dispatchFrom(runner, chance() * WriteQueue.dispatchPauseMillis)

  const place = (operation: SimulatedRunner.SimulatedOperation) =>
    fleet[Population.partitionOf(index++) % runners]?.add(operation)

  const delayOf = planAtPrice(workload, planOf, chance)
  for (const group of workload.groups) {
    const plan = delayOf(group)
    const { count, draw } = Population.make(group, workload.operations, plan, chance)
    for (let left = count; left > 0; left--) {
      const life = draw()
      const due = life.nextAt - life.age
      if (due > end) continue
      const standing = { seen: true, born: -life.age, failures: 0, failingSince: 0 }
      place({ plan, standing, due, ends: life.ends - life.age, seenAt: life.seenAt - life.age, place: -1 })
    }

    const { trackedAtOnce } = workload
    const mean = (1_000 * trackedAtOnce * group.law.restricted(longest)) / (workload.operations * group.part)
    const next = (now: number) => time.at(now - mean * Math.log(1 - chance()), track)
    const track = (now: number) => {
      next(now)
      const which = Math.floor(chance() * runners)
      fleet[which]?.work(now, costs.transactionMillis + trackedAtOnce * costs.trackMillis)
      const hold = costs.lockMillis + costs.flushMillis + trackedAtOnce * costs.lockTrackMillis
      time.at(store.write(now, hold), (now) => {
        othersWork(which, now, trackedAtOnce * costs.followMillis)
        for (let left = trackedAtOnce; left > 0; left--) {
          const standing = Pace.begin(false, now, { now, wall: now })
          place({ plan, standing, due: now, ends: now + 1_000 * group.law.sample(chance), seenAt: now, place: -1 })
        }
      })
    }
    next(0)
  }

  time.runUntil(from)
  ;[polls, changes, ends, late, batches, storing] = [0, 0, 0, 0, 0, 0]
  behind.length = 0
  const worked = fleet.map((runner) => runner.worked())
  const held = store.held(from)
  time.runUntil(end)
  const used = fleet.map((runner, index) => runner.worked() - (worked[index] ?? 0))
  return {
    polls: polls / seconds,
    changes: changes / seconds,
    ends: ends / seconds,
    lateness: late / ends / 1_000,
    behind: percentile(behind, 0.95),
    processor: Math.min(1, (Math.max(...used) / seconds + costs.idleMillis) / 1_000),
    held: (store.held(end) - held) / seconds / 1_000,
    batch: changes / batches,
    storedAfter: storing / changes
  }
}

/** One poll in so many is looked at for how late it is. */
const sampled = 10

/** As many operations as a census needs. */
const counted = 20_000

/** At the price that fits what a sample of all operations wants. */
const planAtPrice = (workload: Workload, planOf: PlanOf, chance: () => number) => {
  const drawn = workload.groups.map((group) => {
    const plan = planOf(group)
    const delay = (age: number) => plan(age, PollSettings.defaults.priceMillis)
    const { count, draw } = Population.make(group, workload.operations, delay, chance)
    return { plan, count, ages: Array.from({ length: counted }, () => draw().age) }
  })
  const polls = (price: number) =>
    drawn.reduce((sum, { ages, count, plan }) => {
      const each = ages.reduce((sum, age) => sum + PollBudget.rateOf(plan(age, price)), 0) / counted
      return sum + count * each
    }, 0)
  const price = Demand.priceFor(workload, polls)
  return (group: Group): Pace.Plan => {
    const plan = planOf(group)
    return (age) => plan(age, price)
  }
}

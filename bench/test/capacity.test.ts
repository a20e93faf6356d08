import { assert, describe, it } from "@effect/vitest"
import * as CapacityModel from "../src/capacity/CapacityModel.ts"
import * as Demand from "../src/capacity/Demand.ts"
import * as Simulation from "../src/capacity/Simulation.ts"
import * as UnitCosts from "../src/capacity/UnitCosts.ts"
import * as Workload from "../src/capacity/Workload.ts"
import * as WriteQueue from "../src/capacity/WriteQueue.ts"

const costs = UnitCosts.read()
const groups = Workload.groupsOf("minutes=100")
const plans = Demand.learnedPlans(groups)
const workload = { ...Workload.defaults, groups, operations: 5_000 }
const demand = Demand.of(workload, plans)

describe("capacity", () => {
  it("has as many operations end as begin, by the mean of how long they go on", () => {
    const mean = 600 * Math.exp(1 / 2)
    assert.closeTo(demand.ends, 5_000 / mean, 0.001 * demand.ends)
  })

  it("has polls fit the budget, at a price in lateness", () => {
    const budget = demand.polls / 4
    const short = Demand.of({ ...workload, budget }, plans)
    assert.isAtMost(short.polls, budget)
    assert.isAbove(short.price, demand.price)
    assert.isAbove(short.lateness, demand.lateness)
  })

  it("has more polls and changes of more operations, each as late as before", () => {
    const more = Demand.of({ ...workload, operations: 50_000 }, plans)
    assert.closeTo(more.polls / demand.polls, 10, 1e-6)
    assert.closeTo(more.changes / demand.changes, 10, 1e-6)
    assert.strictEqual(more.lateness, demand.lateness)
  })

  it("has batches grow with what is to be written, until more comes than goes through", () => {
    const queues = [100, 1_000, 2_000, 3_000, 10_000].map((changes) =>
      WriteQueue.of({ runners: 3, changes, tracks: 10, trackedAtOnce: 10, pruned: 0 }, costs)
    )
    const batches = queues.map(({ batch }) => batch)
    assert.deepStrictEqual(
      batches,
      batches.toSorted((a, b) => a - b)
    )
    assert.isBelow(batches[0] ?? NaN, 3)
    assert.isTrue(queues.slice(0, 4).every(({ held, needed }) => needed <= held && held <= 1))
    assert.deepInclude(queues[4], { batch: WriteQueue.largestBatch, storedAfter: Infinity })
  })

  it("gives each of more runners less to do, and the one right to write more", () => {
    const many = { ...workload, operations: 200_000 }
    const [one, ten] = [1, 10].map((runners) => CapacityModel.of(many, runners, Demand.of(many, plans), costs))
    assert.isBelow(ten?.runner.processor ?? NaN, (one?.runner.processor ?? NaN) / 4)
    assert.isAbove(ten?.writes.needed ?? NaN, one?.writes.needed ?? NaN)
    assert.include(one?.over.join(), "processor")
  })

  it("takes as many runners as keep each below its limits", () => {
    const many = { ...workload, operations: 100_000 }
    const wanted = Demand.of(many, plans)
    const enough = CapacityModel.runnersFor(many, wanted, costs) ?? NaN
    assert.deepStrictEqual(CapacityModel.of(many, enough, wanted, costs).over, [])
    assert.notDeepEqual(CapacityModel.of(many, enough - 1, wanted, costs).over, [])
  })

  it("agrees with a simulation of each operation", () => {
    const seen = Simulation.run(workload, 3, plans, costs, { before: 20, seconds: 100, seed: 1 })
    const { runner, writes } = CapacityModel.of(workload, 3, demand, costs)
    const agree = (what: string, simulated: number, model: number) =>
      assert.closeTo(simulated / model, 1, 0.1, `${what}: ${simulated} simulated, ${model} by the model`)
    agree("polls", seen.polls, demand.polls)
    agree("changes", seen.changes, demand.changes)
    agree("ends", seen.ends, demand.ends)
    agree("lateness", seen.lateness, demand.lateness)
    agree("processor", seen.processor, runner.processor)
    agree("batch", seen.batch, writes.batch)
  })
})

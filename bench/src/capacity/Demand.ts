/** What operations ask for in steady state, by the plans that the server makes: polls, changes, beginnings and ends. */
import * as Durations from "@opwatch/core/Durations"
import * as PollBudget from "@opwatch/core/PollBudget"
import { SourceName } from "@opwatch/core/Reference"
import * as Plan from "@opwatch/tracker/Plan"
import * as PollSettings from "@opwatch/tracker/PollSettings"
import * as Effect from "effect/Effect"
import { longest, random } from "../poll-plan-law.ts"
import { costOf, schedule } from "../poll-plan-cost.ts"
import type { Group, Workload } from "./Workload.ts"

export interface Demand {
  /** All a second. A change is what a poll shows anew: several between two polls are one. */
  readonly polls: number
  readonly changes: number
  readonly ends: number
  /** From an end to the poll that sees it, in seconds, mean over ends. */
  readonly lateness: number
  /** Of a poll, in milliseconds: the least, or what fits the budget. */
  readonly price: number
}

/** Of a group's operations, each in milliseconds. */
export interface PlanOf {
  (group: Group): (age: number, price: number) => number
}

const source = SourceName.make("cloud")
const { priceMillis } = PollSettings.defaults

/** Of a server that saw 2,000 of each kind end. */
export const learnedPlans = (groups: ReadonlyArray<Group>): PlanOf => {
  const durations = Durations.make()
  const chance = random(1)
  for (const { law, name } of groups) {
    for (let end = 0; end < 2_000; end++) {
      durations.learn({ source, kind: name, millis: 1_000 * law.sample(chance), isOver: true })
    }
  }
  const plan = Plan.make(durations, PollSettings.defaults)
  return ({ name }) => {
    const planned = { kind: { source, kind: name }, advance: undefined }
    return (age, price) => plan(planned, age, price)
  }
}

export const of = (workload: Workload, planOf: PlanOf): Demand => {
  const at = (price: number) => workload.groups.map((group) => demandOf(workload, group, planOf, price))
  const polls = (price: number) => sumOf(at(price), ({ polls }) => polls)
  const ends = begunPerSecond(workload)
  const price = priceFor(workload, polls)
  const groups = at(price)
  return {
    polls: polls(price) + ends,
    changes: sumOf(groups, ({ changes }) => changes),
    ends,
    lateness: sumOf(groups, ({ ends, lateness }) => ends * lateness) / ends,
    price
  }
}

/** By Little's law as many begin and end a second as go on, by their mean duration. */
const begunPerSecond = ({ groups, operations }: Workload) =>
  sumOf(groups, ({ law, part }) => (operations * part) / law.restricted(longest))

/** At which the polls of plans, so many a second, fit what the first polls of operations leave of the budget. */
export const priceFor = (workload: Workload, polls: (price: number) => number): number => {
  const requests = Math.max(0, workload.budget - begunPerSecond(workload))
  const wanted = (price: number) => Effect.sync(() => polls(price))
  return Effect.runSync(PollBudget.priceThatFits({ requests, leastPrice: priceMillis }, wanted))
}

const demandOf = ({ changesPerHour, operations }: Workload, group: Group, planOf: PlanOf, price: number) => {
  const { law, part } = group
  const plan = planOf(group)
  const ages = schedule((age) => plan(1_000 * age, price) / 1_000)
  const { lateness, polls } = costOf(law, ages, 0)
  const ends = (operations * part) / law.restricted(longest)
  let [before, shown] = [0, 0]
  for (const age of ages) {
    shown += law.survival(age) * -Math.expm1((-changesPerHour / 3_600) * (age - before))
    before = age
  }
  return { ends, lateness, polls: ends * polls, changes: ends * (2 + shown) }
}

const sumOf = <A>(items: ReadonlyArray<A>, of: (item: A) => number) => items.reduce((sum, item) => sum + of(item), 0)

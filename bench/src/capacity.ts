/**
 * What so many operations take: polls, runners, Postgres. By a model, and beside it by a simulation of every operation in virtual
 * time; `--measure` finds anew what the store costs.
 *
 *     npm run bench -- capacity [--operations N] [--runners N] [--mix minutes=5,hours=35,days=60] [--simulate] …
 */
import { parseArgs } from "node:util"
import * as CapacityModel from "./capacity/CapacityModel.ts"
import * as Demand from "./capacity/Demand.ts"
import * as Simulation from "./capacity/Simulation.ts"
import * as UnitCosts from "./capacity/UnitCosts.ts"
import * as Workload from "./capacity/Workload.ts"

const { defaults } = Workload

export const run = async (): Promise<void> => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      operations: { type: "string", default: `${defaults.operations}` },
      runners: { type: "string" },
      mix: { type: "string", default: Workload.defaultMix },
      "changes-per-hour": { type: "string", default: `${defaults.changesPerHour}` },
      "tracked-at-once": { type: "string", default: `${defaults.trackedAtOnce}` },
      budget: { type: "string", default: `${defaults.budget}` },
      sources: { type: "string", default: `${defaults.sources}` },
      "answer-millis": { type: "string", default: `${defaults.answerMillis}` },
      readers: { type: "string", default: `${defaults.readers}` },
      "reader-part": { type: "string", default: `${defaults.readerPart}` },
      "changes-kept": { type: "string", default: `${defaults.changesKept}` },
      "operations-kept": { type: "string", default: `${defaults.operationsKept}` },
      costs: { type: "string" },
      simulate: { type: "boolean", default: false },
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      measure: { type: "boolean", default: false }
    }
  })
  if (values.measure) {
    const { measure } = await import("./capacity/WriteCosts.ts")
    return measure()
  }
  const workload: Workload.Workload = {
    operations: Number(values.operations),
    groups: Workload.groupsOf(values.mix),
    changesPerHour: Number(values["changes-per-hour"]),
    trackedAtOnce: Number(values["tracked-at-once"]),
    budget: Number(values.budget),
    sources: Number(values.sources),
    answerMillis: Number(values["answer-millis"]),
    readers: Number(values.readers),
    readerPart: Number(values["reader-part"]),
    changesKept: Number(values["changes-kept"]),
    operationsKept: Number(values["operations-kept"])
  }
  const costs = UnitCosts.read(values.costs)
  const plans = Demand.learnedPlans(workload.groups)
  const demand = Demand.of(workload, plans)
  const enough = CapacityModel.runnersFor(workload, demand, costs)
  const runners = values.runners === undefined ? (enough ?? 10) : Number(values.runners)
  const capacity = CapacityModel.of(workload, runners, demand, costs)

  console.log(`${workload.operations} operations, ${values.mix}\n`)
  tell("polls a second", demand.polls)
  tell("begin and end a second", demand.ends)
  tell("changes a second", demand.changes)
  tell("an end is seen late by, s", demand.lateness)
  tell("a poll costs, s of lateness", demand.price / 1_000)
  tell(
    "operations at most, any runners",
    CapacityModel.mostOperations(workload, (tried) => Demand.of(tried, plans), costs)
  )
  console.log(`\nrunners that are enough: ${enough ?? "none are"}; with ${runners}:`)
  tell("the busiest runner, % of a core", 100 * capacity.runner.processor)
  tell("its memory, MB", capacity.runner.memory / 1e6)
  tell("polls that it is to make, a second", capacity.runner.polls)
  tell("right to write, % of the time at least", 100 * capacity.writes.needed)
  tell("a change is stored after, ms", capacity.writes.storedAfter)
  tell("transactions a second", capacity.writes.transactions)
  tell("Postgres, % of a core", 100 * capacity.database.cores)
  tell("write-ahead log, MB/s", capacity.database.walBytes / 1e6)
  tell("kept, GB", capacity.database.storedBytes / 1e9)
  tell("to and from providers, MB/s", capacity.network / 1e6)
  for (const limit of capacity.over) console.log(`too much: ${limit}`)
  if (!values.simulate) return

  const span = { before: 20, seconds: Number(values.seconds), seed: Number(values.seed) }
  const began = performance.now()
  const seen = Simulation.run(workload, runners, plans, costs, span)
  console.log(`\n${"".padEnd(width)}     model  simulated  difference`)
  compare("polls a second", demand.polls * capacity.made, seen.polls)
  compare("polls late by, 95 %, ms", NaN, seen.behind)
  compare("changes a second", demand.changes, seen.changes)
  compare("ends a second", demand.ends, seen.ends)
  compare("an end is seen late by, s", demand.lateness, seen.lateness)
  compare("the busiest runner, % of a core", Math.min(100, 100 * capacity.runner.processor), 100 * seen.processor)
  compare("right to write held, %", 100 * capacity.writes.held, 100 * seen.held)
  compare("changes in a transaction", capacity.writes.batch, seen.batch)
  compare("a change is stored after, ms", capacity.writes.storedAfter, seen.storedAfter)
  const took = (performance.now() - began) / 1_000
  console.log(`\n${span.seconds} s of virtual time in ${took.toFixed(0)} s`)
  if (capacity.made < 1)
    console.log("the runners do not keep up: of what follows from polls the model says what would be wanted")
}

const width = 40

const figure = (value: number) => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : "∞"
  return value.toLocaleString("en-US", { maximumSignificantDigits: value < 1_000 ? 3 : 4 })
}

const tell = (what: string, value: number) => console.log(`${what.padEnd(width)}${figure(value).padStart(10)}`)

const compare = (what: string, model: number, simulated: number) => {
  const difference = Number.isFinite(model) ? `${(100 * (simulated / model - 1)).toFixed(0)} %` : "–"
  const columns = [figure(model).padStart(10), figure(simulated).padStart(11), difference.padStart(12)]
  console.log(`${what.padEnd(width)}${columns.join("")}`)
}

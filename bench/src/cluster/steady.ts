/** The same operations, polled at an even rate by one fleet of servers after the other: first without a change, then with some. */
import * as Costs from "./costs.ts"
import * as Database from "./database.ts"
import type { Measured } from "./measure.ts"
import * as Report from "./report.ts"
import type { Scene } from "./scene.ts"
import * as Servers from "./servers.ts"

export interface Options {
  readonly operations: number
  /** A second. */
  readonly polls: number
  readonly changes: number
  /** How long each measurement takes. */
  readonly seconds: number
  readonly rounds: number
}

/** How many runners; 0 is a server that is in no cluster. */
export const fleets = [0, 1, 2, 3] as const

type Fleets = Readonly<Record<(typeof fleets)[number], Measured>>

/** Whoever is asked to poll only once a day rests. */
const resting: Servers.Polling = { price: "1d", maxInterval: "1d" }

export const run = async (scene: Scene, options: Options) => {
  const { changes, operations, polls, rounds, seconds } = options
  const polling = { price: "1s", maxInterval: `${Math.round((1_000 * operations) / polls)}ms` }
  const database = await scene.newDatabase()
  const measured = async (name: string, runners: number, rest = false) => {
    const servers = { runners, database, polling: rest ? resting : polling }
    const found = await scene.measured({ ...servers, operations, seconds })
    Report.tell(name, { asked: rest ? 0 : polls, operations, measured: found })
    return found
  }

  const empty = await scene.measured({ runners: 1, polling: resting, database, operations: 0, seconds: 1 })
  await scene.using({ runners: 0, polling: resting, database }, async (servers) => {
    await Servers.track(servers, 0, operations)
    await Servers.seen(servers)
  })
  await Database.compact(database)
  const stored = await Database.figures(database)

  console.log(`${operations} operations, first without a change, then with ${changes} a second`)
  Report.heading()
  const quiet: Array<Pick<Costs.Round, "polls" | "rest">> = []
  for (let round = 0; round < rounds; round++) {
    const rest = await measured("at rest", 1, true)
    quiet.push({ rest, polls: await measured("no change", 1) })
  }
  scene.setPace({ changes })
  const busy: Array<Fleets> = []
  for (let round = 0; round < rounds; round++) {
    const fleet = (runners: number) => measured(Report.nameOf(runners), runners)
    busy.push({ 0: await fleet(0), 1: await fleet(1), 2: await fleet(2), 3: await fleet(3) })
  }
  scene.setPace({ changes: 0 })

  const all = quiet.flatMap((round, index) => {
    const found = busy[index]
    return found === undefined ? [] : [{ ...round, changes: found[1], three: found[3] }]
  })
  const costs = {
    ...Costs.ofRounds(all, operations, empty.memory[0] ?? NaN),
    storedOperationBytes: Costs.spread([stored.operations / operations]),
    storedChangeBytes: Costs.spread([stored.history / stored.changes])
  }
  console.log("\nwhat one costs: processor milliseconds and bytes, the median of all rounds (least to most)")
  Report.tellCosts(costs)
  console.log("\nprocessor time of all servers for a poll, beside that of a server in no cluster")
  const besideNone = (runners: keyof Fleets) =>
    Costs.spread(busy.map((fleet) => Report.cpuPerPoll(fleet[runners]) / Report.cpuPerPoll(fleet[0])))
  Report.tellCosts({ "1 runner": besideNone(1), "2 runners": besideNone(2), "3 runners": besideNone(3) })
  return { costs, quiet, busy }
}

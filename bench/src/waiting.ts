/**
 * Waiting in real time: opwatch beside the packages of other vendors, each in a process of its own, one after the other, for
 * operations with the same durations on an emulator of its own. Requests are as the emulator counts them; lateness is the time
 * from an operation's end, by the emulator, to the moment in which its waiter knows. Says whether all come in the same order by
 * cost as in virtual time.
 *
 *     npm run bench -- waiting [--operations N] [--law NAME] [--past N] [--seed N]
 */
import { type ChildProcess, fork } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { cpus, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { percentile } from "./percentile.ts"
import { type Cost, costOf } from "./poll-plan-cost.ts"
import { random } from "./poll-plan-law.ts"
import { laws } from "./poll-plan-laws.ts"
import { optimum } from "./poll-plan-optimum.ts"
import { type Contender, contenders } from "./waiting-contenders.ts"
import * as Emulator from "./waiting-emulator.ts"
import type { Task, Waited } from "./waiting-process.ts"

/** The lateness in seconds that one poll is worth. */
const price = 1
/** The seconds over which all operations are submitted. */
const spread = 15

const program = fileURLToPath(new URL("waiting-process.ts", import.meta.url))

export const run = async (): Promise<void> => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      operations: { type: "string", default: "2000" },
      law: { type: "string", default: "steady, 30 s" },
      past: { type: "string", default: "200" },
      seed: { type: "string", default: "1" }
    }
  })
  const law = laws.find(({ name }) => name === values.law)
  if (law === undefined) throw new Error(`no such law; there are: ${laws.map(({ name }) => name).join("; ")}`)
  const chance = random(Number(values.seed))
  const drawn = (count: string) => Array.from({ length: Number(count) }, () => law.sample(chance))
  const past = drawn(values.past)
  const durations = drawn(values.operations)
  console.log(`${durations.length} operations, ${law.name}, submitted over ${spread} s, price ${price} s a poll\n`)
  print("", ["polls each", "late, mean", "late, 95 %", "cost", "virtual", "processor", "memory"])
  const results: Array<Result> = []
  for (const contender of contenders({ law, price, past, seed: Number(values.seed) })) {
    const waited = await measure(contender, durations)
    const virtual = contender.virtual?.()
    const used = [`${waited.cpu.toFixed(1)} s`, `${(waited.peak / 1e6).toFixed(0)} MB`]
    print(contender.name, [...cells(waited), virtual === undefined ? "" : seconds(virtual), ...used])
    if (virtual !== undefined) results.push({ name: contender.name, cost: waited.cost, virtual })
  }
  print("optimum, computed", cells(costOf(law, optimum(law, price), price)))
  console.log(`\nload of the machine: ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores`)
  if (!tellOrder(results)) process.exitCode = 1
}

interface Result {
  readonly name: string
  readonly cost: number
  readonly virtual: number
}

/** Whether it is the same in real and in virtual time. */
const tellOrder = (results: ReadonlyArray<Result>): boolean => {
  const by = (cost: (result: Result) => number) =>
    results
      .toSorted((a, b) => cost(a) - cost(b))
      .map(({ name }) => name)
      .join(" < ")
  const [real, virtual] = [by(({ cost }) => cost), by(({ virtual }) => virtual)]
  console.log(`by cost: ${real}\nin virtual time: ${real === virtual ? "the same" : virtual}`)
  return real === virtual
}

/** What the contender's process tells, and what the waits cost by that and by the requests that the emulator counts. */
const measure = async (
  { learns, past, waiter }: Contender,
  durations: ReadonlyArray<number>
): Promise<Waited & Cost> => {
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bench-"))
  const emulator = await Emulator.start()
  const child = fork(program)
  try {
    const { url } = emulator
    const config = join(folder, "config.json")
    await writeFile(config, JSON.stringify({ sources: { cloud: { provider: "cloud", url, rateLimit } } }))
    const task: Task = { waiter, past, learns, durations, spread, url, config }
    child.send(task)
    const waited = await told(child)
    const late = waited.late.map((millis) => millis / 1_000)
    const [lateness, polls] = [mean(late), (await Emulator.polls(url)) / durations.length]
    return { ...waited, polls, lateness, lateness95: percentile(late, 0.95), cost: lateness + price * polls }
  } finally {
    child.kill()
    emulator.child.kill()
    await rm(folder, { recursive: true })
  }
}

/** So high that opwatch is never held back by it. */
const rateLimit = { requests: 100_000, per: "1s" }

/** What the process tells; fails if it ends before. */
const told = (child: ChildProcess): Promise<Waited> =>
  new Promise((resolve, reject) => {
    child.once("message", (waited: Waited) => resolve(waited))
    child.once("exit", (code) => reject(new Error(`the process of a contender ended with ${code}`)))
  })

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length

const cells = ({ cost, lateness, lateness95, polls }: Cost) => [
  polls.toFixed(2),
  seconds(lateness),
  seconds(lateness95),
  seconds(cost)
]

const seconds = (value: number) => `${value.toFixed(2)} s`

const print = (name: string, cells: ReadonlyArray<string>) =>
  console.log([name.padEnd(17), ...cells.map((cell) => cell.padStart(10))].join("  "))

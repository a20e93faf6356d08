/**
 * What it takes to keep watch over many operations: a process with the tracker and its store, on a provider in memory. It is
 * measured for a while, killed, and started again on what it left.
 *
 *     npm run bench -- tracker [--store sqlite|memory|postgres://…] [--operations N] [--polls N] [--changes N] [--seconds N]
 *         [--budget N]
 */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import type { Measured, Started, Task } from "./tracker-process.ts"
import { submittedFor } from "./tracker-world.ts"

/** What it is to stay below. */
const limits = { startMillis: 5_000, residentBytes: 500e6, latenessMillis: 1_000 }

const program = fileURLToPath(new URL("tracker-process.ts", import.meta.url))

export const run = async (): Promise<void> => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      store: { type: "string", default: "sqlite" },
      operations: { type: "string", default: "100000" },
      polls: { type: "string", default: "2000" },
      changes: { type: "string", default: "100" },
      seconds: { type: "string", default: "75" },
      budget: { type: "string" }
    }
  })
  const [operations, polls] = [Number(values.operations), Number(values.polls)]
  const submitted = submittedFor(operations, polls, Date.now())
  const budget = values.budget === undefined ? {} : { budget: Number(values.budget) }
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bench-"))
  const task: Task = {
    world: { operations, polls, changes: Number(values.changes), submitted, ...budget },
    store: values.store === "sqlite" ? `file:${join(folder, "opwatch.db")}` : values.store,
    fill: true,
    watch: false,
    seconds: Number(values.seconds)
  }
  const inMemory = values.store === "memory"
  const { protocol } = URL.canParse(values.store) ? new URL(values.store) : { protocol: `${values.store}:` }
  console.log(
    `${operations} operations, ${polls} polls/s, ${values.changes} changes/s, store ${protocol.slice(0, -1)}\n`
  )
  try {
    if (!inMemory) await once(begin(task), "exit")
    const process = begin({ ...task, fill: inMemory, watch: true })
    const started = await message<Started>(process, "started")
    tellStart("start", started)
    const measured = await message<Measured>(process, "measured")
    tellMeasured(measured, task.seconds)
    await killed(process)
    const again = inMemory ? started : await restart({ ...task, fill: false, watch: true })
    if (!inMemory) tellStart("after kill -9", again)
    console.log(`\nload of the machine: ${loadavg()[0]?.toFixed(1)}`)
    judge("polling again, ms since the process started", again.firstPoll[0], limits.startMillis)
    judge("all loaded, ms since the process started", again.loaded[0], limits.startMillis)
    judge("resident at most, MB", measured.peak / 1e6, limits.residentBytes / 1e6)
    if (task.world.budget === undefined) {
      judge("lateness p95, ms at most", withinMillis(measured, 0.95), limits.latenessMillis)
    } else judge("polls a second", measured.pollsPerSecond, task.world.budget + 1)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const begin = (task: Task): ChildProcess => fork(program, [JSON.stringify(task)])

const killed = async (process: ChildProcess) => {
  process.kill("SIGKILL")
  await once(process, "exit")
}

const restart = async (task: Task): Promise<Started> => {
  const process = begin(task)
  const started = await message<Started>(process, "started")
  await killed(process)
  return started
}

const message = <A>(process: ChildProcess, name: string): Promise<A> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the process ended with ${code}`))
    const look = (told: Readonly<Record<string, A>>) => {
      const value = told[name]
      if (value === undefined) return
      process.off("message", look)
      process.off("exit", ended)
      resolve(value)
    }
    process.on("message", look)
    process.once("exit", ended)
  })

const millis = (time: number) => `${time.toFixed(0)} ms`

const tellStart = (name: string, { firstPoll, loaded }: Started) => {
  const since = ([process, tracker]: readonly [number, number]) => `${millis(process)} (${millis(tracker)})`
  console.log(
    `${name}: first poll after ${since(firstPoll)}, all loaded after ${since(loaded)}; of the tracker alone in brackets`
  )
}

const tellMeasured = (measured: Measured, seconds: number) => {
  const { changes, cpu, heap, peak, pollsPerSecond, resident } = measured
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  console.log(`${seconds} s: ${pollsPerSecond.toFixed(0)} polls/s, ${changes} changes, ${cpu.toFixed(0)} % of a core`)
  console.log(`resident: ${megabytes(resident)} steadily, ${megabytes(peak)} at most; heap ${megabytes(heap)}`)
  const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((part) => `${withinMillis(measured, part)} ms`)
  console.log(`lateness of polls is no more than: p50 ${p50}, p95 ${p95}, p99 ${p99}, all ${most}`)
}

/** What a part of the polls was no later than: the bound of a bucket. */
const withinMillis = ({ lateness }: Measured, part: number): number => {
  const all = lateness.at(-1)?.[1] ?? NaN
  return 1_000 * (lateness.find(([, polls]) => polls >= part * all)?.[0] ?? Infinity)
}

const judge = (what: string, value: number, limit: number) => {
  console.log(`${what}: ${value.toFixed(0)}, is to stay below ${limit}`)
  if (!(value < limit)) process.exitCode = 1
}

/** The process of one contender: it submits the operations, waits for all at once, and tells how late it knew of each end. */
import { once } from "node:events"
import { setTimeout } from "node:timers/promises"
import { submit } from "./waiting-emulator.ts"

export interface Task {
  readonly waiter: keyof typeof waiters
  /** Of the emulator. */
  readonly url: string
  /** The path of a configuration in which the source `cloud` is the emulator. */
  readonly config: string
  /** How long operations took before, in seconds. */
  readonly past: ReadonlyArray<number>
  /** Whether it learns from the ends that it sees, if it can. */
  readonly learns: boolean
  /** How long each operation takes, in seconds. */
  readonly durations: ReadonlyArray<number>
  /** The seconds over which they are submitted. */
  readonly spread: number
}

/** Waits until the operation is done, and gives when it ended by the emulator's clock. */
export type Wait = (id: string) => Promise<string>

export interface Waited {
  /** Of each operation, in milliseconds. */
  readonly late: ReadonlyArray<number>
  /** Processor time, user and system, once all modules are loaded; in seconds. */
  readonly cpu: number
  /** Resident at most, in bytes. */
  readonly peak: number
}

const waiters = {
  "core-lro": () => import("./waiting-core-lro.ts"),
  fixed: () => import("./waiting-fixed.ts"),
  opwatch: () => import("./waiting-opwatch.ts"),
  smithy: () => import("./waiting-smithy.ts")
}

const [message] = await once(process, "message")
const task: Task = message
const { make } = await waiters[task.waiter]()
const before = process.cpuUsage()
const wait = await make(task)
const gap = (1_000 * task.spread) / task.durations.length

const late = await Promise.all(
  task.durations.map(async (seconds, index) => {
    await setTimeout(index * gap)
    const end = await wait(await submit(task.url, 1_000 * seconds))
    return Date.now() - Date.parse(end)
  })
)
const { system, user } = process.cpuUsage(before)
const waited: Waited = { late, cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS * 1_024 }
process.send?.(waited)

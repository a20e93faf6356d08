/** What processes take of the machine, as Linux counts it in `/proc`. */
import { readdirSync, readFileSync } from "node:fs"
import { cpus } from "node:os"

export interface Usage {
  readonly pid: number
  readonly parent: number
  /** Processor time, user and system, in seconds; of children that have ended too. */
  readonly cpu: number
}

/** Linux counts in hundredths of a second. */
export const of = (pid: number): Usage => {
  const [, parent = 0, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ")
    .map(Number)
  return { pid, parent, cpu: fields.slice(9, 13).reduce((sum, ticks) => sum + ticks, 0) / 100 }
}

/** Of the process and of those that it has started. */
export const ofFamily = (pid: number): ReadonlyArray<Usage> =>
  readdirSync("/proc").flatMap((name) => {
    const usage = /^\d+$/.test(name) ? ofAny(Number(name)) : undefined
    return usage !== undefined && (usage.pid === pid || usage.parent === pid) ? [usage] : []
  })

/** Undefined of one that has just ended. */
const ofAny = (pid: number): Usage | undefined => {
  try {
    return of(pid)
  } catch {
    return undefined
  }
}

/** Resident bytes; of what processes share, each has its part. */
export const memoryOf = (pid: number): number => {
  const shares = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")
  return 1_024 * Number(/^Pss: +(\d+) kB$/m.exec(shares)?.[1])
}

/** Seconds that all cores have worked, whoever for. */
export const cpuOfMachine = (): number =>
  cpus().reduce((sum, { times: { irq, nice, sys, user } }) => sum + irq + nice + sys + user, 0) / 1_000

/** What servers do in a while, and what that takes. */
import { setTimeout } from "node:timers/promises"
import * as Database from "./database.ts"
import * as Metrics from "./metrics.ts"
import type { Server } from "./servers.ts"
import * as Usage from "./usage.ts"

/** What they all run on. */
export interface Place {
  readonly database: string
  /** Process ids. */
  readonly postmaster: number
  readonly provider: number
}

/** Processor time in seconds, memory in bytes. */
export interface Measured {
  readonly seconds: number
  readonly counted: Metrics.Counted
  readonly changes: number
  /** Bytes that Postgres wrote to its log. */
  readonly wal: number
  /** Of each server. */
  readonly servers: ReadonlyArray<number>
  readonly memory: ReadonlyArray<number>
  readonly postgres: number
  readonly provider: number
  /** Of the whole machine: others may work on it. */
  readonly machine: number
}

export const during = async (seconds: number, servers: ReadonlyArray<Server>, place: Place): Promise<Measured> => {
  const look = async () => {
    const database = await Database.figures(place.database)
    const counted = await Metrics.read(servers.map(({ url }) => url))
    return {
      at: performance.now(),
      counted,
      database,
      servers: servers.map(({ pid }) => Usage.of(pid).cpu),
      postgres: Usage.ofFamily(place.postmaster).reduce((sum, { cpu }) => sum + cpu, 0),
      provider: Usage.of(place.provider).cpu,
      machine: Usage.cpuOfMachine()
    }
  }
  const before = await look()
  await setTimeout(seconds * 1_000)
  const after = await look()
  return {
    seconds: (after.at - before.at) / 1_000,
    counted: Metrics.since(before.counted, after.counted),
    changes: after.database.changes - before.database.changes,
    wal: after.database.wal - before.database.wal,
    servers: after.servers.map((cpu, index) => cpu - (before.servers[index] ?? 0)),
    memory: servers.map(({ pid }) => Usage.memoryOf(pid)),
    postgres: after.postgres - before.postgres,
    provider: after.provider - before.provider,
    machine: after.machine - before.machine
  }
}

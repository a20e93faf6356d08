/** The figures as lines for people. */
import type { Cost } from "./costs.ts"
import type { Measured } from "./measure.ts"
import * as Metrics from "./metrics.ts"

export const nameOf = (runners: number): string =>
  runners === 0 ? "no cluster" : `${runners} runner${runners === 1 ? "" : "s"}`

export const heading = (): void =>
  print("", [
    "asked/s",
    "polls/s",
    "late p50",
    "p95",
    "all",
    "each server",
    "Postgres",
    "provider",
    "machine",
    "memory each",
    "s/1,000 polls"
  ])

export interface Told {
  /** Polls a second. */
  readonly asked: number
  /** How many are to be polled. */
  readonly operations: number
  readonly measured: Measured
}

/** Processor time in percent of one core, that of the machine of all; the last is that of the servers alone. */
export const tell = (name: string, { asked, measured, operations }: Told): void => {
  const { counted, machine, memory, postgres, provider, seconds, servers } = measured
  const share = (cpu: number) => `${((100 * cpu) / seconds).toFixed(0)} %`
  const late = [0.5, 0.95, 1].map((part) => (counted.polls === 0 ? "" : `${Metrics.withinMillis(counted, part)} ms`))
  print(name, [
    asked.toFixed(0),
    (counted.polls / seconds).toFixed(0),
    ...late,
    servers.map((cpu) => share(cpu).replace(" %", "")).join(" ") + " %",
    share(postgres),
    share(provider),
    share(machine),
    `${memory.map((bytes) => (bytes / 1e6).toFixed(0)).join(" ")} MB`,
    counted.polls === 0 ? "" : (1_000 * cpuPerPoll(measured)).toFixed(2)
  ])
  if (counted.operations === operations) return
  console.log(
    `  ${counted.operations} of ${operations} operations polled at the end: a machine so busy costs runners their locks`
  )
}

export const cpuPerPoll = ({ counted, servers }: Measured): number =>
  servers.reduce((sum, cpu) => sum + cpu, 0) / counted.polls

export const tellCosts = (costs: Readonly<Record<string, Cost>>): void => {
  for (const [name, { least, median, most }] of Object.entries(costs)) {
    const range = least === most ? "" : `  (${digits(least)} to ${digits(most)})`
    console.log(`${name.padEnd(32)}${digits(median).padStart(12)}${range}`)
  }
}

const digits = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))

const widths = [8, 8, 9, 8, 9, 14, 9, 9, 8, 17, 14]

const print = (name: string, cells: ReadonlyArray<string>) =>
  console.log(name.padEnd(11) + cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join(""))

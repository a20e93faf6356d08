/** What writes cost, and what is read of them, measured on a Postgres of its own: the figures of `unit-costs.json` that begin with it. */
import { PostgresServer } from "@opwatch/store/test/PostgresServer"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { fork } from "node:child_process"
import { once } from "node:events"
import { loadavg } from "node:os"
import { fileURLToPath } from "node:url"
import * as Database from "../cluster/database.ts"
import * as Usage from "../cluster/usage.ts"
import type { Done, Task } from "./write-costs-process.ts"

const program = fileURLToPath(new URL("write-costs-process.ts", import.meta.url))

/** Of a writer. */
const size = 20_000

/** Of a step; less where it is done sooner. */
const seconds = 10

/** It takes a minute and a half. */
export const measure = (): Promise<void> =>
  Effect.gen(function* () {
    const url = Redacted.value(yield* (yield* PostgresServer).database).href
    yield* Effect.promise(() => measureOn(url))
  }).pipe(Effect.provide(PostgresServer.layer), Effect.runPromise)

const measureOn = async (database: string): Promise<void> => {
  const postmaster = await Database.postmaster(database)
  const writers = (step: Task["step"], batch: number, count: number) =>
    together(
      postmaster,
      Array.from({ length: count }, (_, index) => ({ database, step, batch, from: index * size, size, seconds }))
    )
  console.log(heading)
  await writers("track", 1_000, 2)
  await writers("get", 100, 1)
  const observed = []
  for (const batch of [1, 20, 100, 500]) observed.push(await writers("observe", batch, 2))
  await writers("follow", 500, 1)
  await writers("prune", 100, 1)
  const { each, more } = line(observed)
  console.log(`\na write of changes holds the others up for ${each.toFixed(1)} ms and ${more.toFixed(2)} ms a change`)
  console.log(`load of the machine: ${loadavg()[0]?.toFixed(1)}`)
}

const heading =
  "step     at once  writers    a second   ms a step   runner, ms each   Postgres, ms each   log, bytes each"

interface Measured {
  readonly batch: number
  readonly millis: number
}

/** All begin when all are ready, and keep their connections until Postgres has been looked at. */
const together = async (postmaster: number, tasks: ReadonlyArray<Task>): Promise<Measured> => {
  const [{ batch, database, step } = { batch: 0, database: "", step: "" }] = tasks
  const children = tasks.map((task) => fork(program, [JSON.stringify(task)]))
  await Promise.all(children.map((child) => once(child, "message")))
  const [cpu, { wal }] = [cpuOf(postmaster), await Database.figures(database)]
  const told = children.map((child) => once(child, "message"))
  for (const child of children) child.send("go")
  const done: ReadonlyArray<Done> = (await Promise.all(told)).map(([message]) => message)
  const used = cpuOf(postmaster) - cpu
  const written = (await Database.figures(database)).wal - wal
  for (const child of children) child.send("end")
  const sum = (of: (done: Done) => number) => done.reduce((sum, one) => sum + of(one), 0)
  const [count, took] = [sum(({ count }) => count), Math.max(...done.map(({ seconds }) => seconds))]
  const millis = (1_000 * took) / sum(({ steps }) => steps)
  const columns = [
    step.padEnd(7),
    String(batch).padStart(9),
    String(tasks.length).padStart(9),
    (count / took).toFixed(0).padStart(12),
    millis.toFixed(1).padStart(12),
    ((1_000 * sum(({ processor }) => processor)) / count).toFixed(3).padStart(18),
    ((1_000 * used) / count).toFixed(3).padStart(20),
    (written / count).toFixed(0).padStart(18)
  ]
  console.log(columns.join(""))
  return { batch, millis }
}

const cpuOf = (postmaster: number) => Usage.ofFamily(postmaster).reduce((sum, { cpu }) => sum + cpu, 0)

/** The straight line that fits best, small batches as well as large: errors count in proportion. */
const line = (measured: ReadonlyArray<Measured>) => {
  const of = (value: (one: Measured) => number) => measured.reduce((sum, one) => sum + value(one) / one.millis ** 2, 0)
  const [ones, x, y] = [of(() => 1), of(({ batch }) => batch), of(({ millis }) => millis)]
  const [xx, xy] = [of(({ batch }) => batch ** 2), of(({ batch, millis }) => batch * millis)]
  const more = (ones * xy - x * y) / (ones * xx - x ** 2)
  return { each: (y - more * x) / ones, more }
}

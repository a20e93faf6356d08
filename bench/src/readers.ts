/**
 * How soon many readers and waiters hear of a change: the real server over a SQLite file, with API keys; the clients, and the
 * emulator whose operations change, in processes of their own. Time counts from the moment in which the server saw the change,
 * before it was stored, and ends when a client has it whole. Each reader has to get every change that its operations' histories tell of.
 *
 *     npm run bench -- readers [--readers N] [--waiters N] [--seconds N] [--changes N]
 */
import { type ChildProcess, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { cpus, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { percentile } from "./percentile.ts"
import type { Command, Heard } from "./readers-clients.ts"

/** What the 95th percentile is to stay below, in milliseconds. */
const limit = 250

/** Operations are split into so many groups, which readers may filter by. */
const groups = 10

/** Seconds before the first change: until then all have come. */
const lead = 15

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const cli = path("../../apps/cli/bin/opwatch.mjs")

interface Change {
  readonly sequence: number
  readonly group: number
}

export const run = async (): Promise<void> => {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      readers: { type: "string", default: "1000" },
      waiters: { type: "string", default: "1000" },
      seconds: { type: "string", default: "60" },
      changes: { type: "string", default: "10" }
    }
  })
  const [readers, waiters, seconds] = [Number(values.readers), Number(values.waiters), Number(values.seconds)]
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bench-"))
  const children: Array<ChildProcess> = []
  const program = async (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv, said: RegExp): Promise<string> => {
    const child = spawn(process.execPath, args, { env: { PATH: process.env["PATH"], ...env } })
    children.push(child)
    return Promise.race([saying(child.stdout, said), saying(child.stderr, said)])
  }
  try {
    const provider = await program([cli, "emulate", "--port", "0"], {}, /url: (http:\/\/[^/\s]+)\n/)
    const environment = {
      OPWATCH_CONFIG: join(folder, "config.json"),
      OPWATCH_API_KEYS_FILE: join(folder, "keys.json"),
      OPWATCH_PORT: "0",
      XDG_STATE_HOME: folder
    }
    await writeFile(environment.OPWATCH_CONFIG, JSON.stringify(configuration(provider, readers + waiters)))
    const key = await program([cli, "keys", "create", "bench", "--scope", "read,track"], environment, /^(opw_\S+)$/m)
    const server = await program([path("../../apps/server/src/main.ts")], environment, /listening on (http:\S+)/)
    const authorization = `Bearer ${key}`
    const ask = (where: string, init: RequestInit = {}) => json(`${server}${where}`, authorization, init)

    const clients = fork(path("readers-clients.ts"))
    children.push(clients)
    const tell = (command: Command) => clients.send(command)
    const operations = scripts(Number(values.changes), seconds)
    const everywhere = Array.from({ length: readers >> 1 }, (_, index) =>
      index % 2 === 0 ? -1 : (index >> 1) % groups
    )
    const opened = once(clients, "message")
    await json(`${provider}/_emulator/operations`, "", {
      method: "POST",
      body: JSON.stringify(operations.map(({ api, id, operation, steps }) => ({ api, id, operation, steps })))
    })
    await track(ask, operations)
    while (await hasUnseen(ask)) await new Promise((resolve) => setTimeout(resolve, 100))
    const single = Array.from({ length: readers - everywhere.length }, (_, index) => index % operations.length)
    const rounds = roundsOf(operations)
    tell({
      open: {
        url: server,
        authorization,
        global: everywhere.map((group) => (group === -1 ? "" : `?label=group=${group}`)),
        single: single.map((index) => refOf(operations[index])),
        waits: Array.from({ length: waiters }, (_, index) => rounds.map((ids) => ids[index % ids.length] ?? ""))
      }
    })
    await opened
    console.log(`${readers} readers, ${waiters} waiters, ${operations.length} operations over ${seconds} s`)

    for (let done = -1, total = 0; done < total;) {
      const summary = await ask(`/v1/summary?wait=60s`)
      ;[done, total] = [Number(summary["done"]), Number(summary["total"])]
    }
    tell({ stop: true })
    const [told] = await once(clients, "message")
    const { heard }: { readonly heard: Heard } = told

    const histories = await Promise.all(operations.map((operation) => historyOf(ask, operation)))
    const changes = histories.flat()
    console.log(
      `${changes.length} changes, ${heard.waits.answers} waits answered, load of the machine ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores\n`
    )
    requireAll("all that is tracked", heard.global.ids, (reader) =>
      changes.filter(({ group }) => everywhere[reader] === -1 || everywhere[reader] === group)
    )
    requireAll("one operation", heard.single.ids, (reader) => histories[single[reader] ?? -1] ?? [])
    if (heard.waits.answers !== waiters * rounds.length) throw new Error("a wait was not answered")
    tellLatency("readers of all", heard.global.latencies)
    tellLatency("readers of one", heard.single.latencies)
    tellLatency("waiters", heard.waits.latencies)
  } finally {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true })
  }
}

interface Script {
  readonly api: "toloka" | "cloud"
  readonly id: string
  readonly group: number
  /** When it ends, in seconds. */
  readonly end: number
  readonly operation: object
  readonly steps: ReadonlyArray<object>
}

/** Half of the changes are ends, which come evenly; the others are of operations that go on, each every ten seconds. */
const scripts = (changes: number, seconds: number): ReadonlyArray<Script> => {
  const every = 10
  const ending = Array.from({ length: (changes / 2) * seconds }, (_, index): Script => {
    const end = lead + (2 * (index + 1)) / changes
    const steps = [{ after: end * 1_000, set: { done: true, response: {} } }]
    return { api: "cloud", id: `end-${index}`, group: index % groups, end, operation: { metadata }, steps }
  })
  const going = Array.from({ length: (changes / 2) * every }, (_, index): Script => {
    const end = lead + seconds
    const moments = Array.from(
      { length: seconds / every },
      (_, step) => (step + index / ((changes / 2) * every)) * every
    )
    const steps = [
      ...moments.map((at, step) => ({ after: (lead + at) * 1_000, set: { status: "RUNNING", progress: step + 1 } })),
      { after: end * 1_000, set: { status: "SUCCESS", progress: 100 } }
    ]
    const operation = { type: "TASK.BATCH_CREATE", status: "RUNNING" }
    return { api: "toloka", id: `go-${index}`, group: index % groups, end, operation, steps }
  })
  return [...going, ...ending]
}

const metadata = { "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateDiskMetadata", diskId: "d" }

const refOf = (script: Script | undefined): string => (script === undefined ? "" : `${script.api}/${script.id}`)

/** What waiters wait for one after another: operations that end within the same twenty seconds. */
const roundsOf = (operations: ReadonlyArray<Script>): ReadonlyArray<ReadonlyArray<string>> =>
  Object.values(
    Object.groupBy(
      operations.filter(({ api }) => api === "cloud"),
      ({ end }) => Math.floor((end - lead - 0.001) / 20)
    )
  ).map((round) => (round ?? []).map(refOf))

const configuration = (provider: string, streams: number) => {
  const source = { auth: { kind: "none" }, rateLimit: { requests: 1_000, per: "1s" } }
  return {
    sources: {
      toloka: { provider: "toloka", url: `${provider}/api/v1`, ...source },
      cloud: { provider: "cloud", url: provider, ...source }
    },
    server: { limits: { streamsPerKey: streams + 10 } }
  }
}

type Ask = (where: string, init?: RequestInit) => Promise<Record<string, unknown>>

const track = async (ask: Ask, operations: ReadonlyArray<Script>) => {
  for (let from = 0; from < operations.length; from += 1_000) {
    const items = operations
      .slice(from, from + 1_000)
      .map((script) => ({ ref: refOf(script), labels: { group: String(script.group) } }))
    await ask("/v1/operations/batch", { method: "POST", body: JSON.stringify({ operations: items }) })
  }
}

/** Whether the first poll of an operation is still to come: what it gives is a change too. */
const hasUnseen = async (ask: Ask): Promise<boolean> => {
  const { operations } = await ask("/v1/operations?state=unknown&pageSize=1")
  return Array.isArray(operations) && operations.length > 0
}

const historyOf = async (ask: Ask, script: Script): Promise<ReadonlyArray<Change>> => {
  const { changes } = await ask(`/v1/operations/${refOf(script)}/history?pageSize=1000`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (changes as ReadonlyArray<Change>).map(({ sequence }) => ({ sequence, group: script.group }))
}

/** Each reader got, in order and once, what comes after the change that it began with. */
const requireAll = (
  what: string,
  ids: ReadonlyArray<ReadonlyArray<number>>,
  changesFor: (reader: number) => ReadonlyArray<Change>
) => {
  for (const [reader, [first = 0, ...got]] of ids.entries()) {
    const sequences = changesFor(reader).map(({ sequence }) => sequence)
    const expected = sequences.filter((sequence) => sequence > first).toSorted((a, b) => a - b)
    if (expected.join() === got.join()) continue
    const missing = expected.filter((sequence) => !got.includes(sequence))
    throw new Error(`reader ${reader} of ${what} got ${got.length} of ${expected.length}; not ${missing.join()}`)
  }
}

const tellLatency = (who: string, latencies: ReadonlyArray<number>) => {
  const [p50, p95, most] = [0.5, 0.95, 1].map((part) => `${percentile(latencies, part)} ms`)
  const count = `${latencies.length} deliveries`.padStart(18)
  console.log(`${who.padEnd(16)}${count}: p50 ${p50}, p95 ${p95}, at most ${most}; p95 is to stay below ${limit} ms`)
  if (!(percentile(latencies, 0.95) < limit)) process.exitCode = 1
}

/** What a program says once it is ready. */
const saying = (output: Readable, said: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ""
    output.on("data", (chunk) => {
      text += String(chunk)
      const found = said.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
    output.once("close", () => setTimeout(() => reject(new Error(`a program ended: ${text}`)), 100))
  })

const json = async (url: string, authorization: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
  const headers = { "content-type": "application/json", ...(authorization !== "" && { authorization }) }
  const answer = await fetch(url, { ...init, headers })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await answer.json()) as Record<string, unknown>
}

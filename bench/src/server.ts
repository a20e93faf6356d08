/**
 * `GET /v1/operations/{source}/{id}` with an API key, beside a server on bare `node:http` that sends the same bytes: requests a
 * second, the two in turns. The server is the real one, over a SQLite file; it, the bare one and the emulator are processes of
 * their own. CPU time for each request is told as well, which other work on the machine disturbs less.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import type { Answers } from "./server-bare.ts"
import * as Load from "./server-load.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const bin = path("../../apps/cli/bin/opwatch.mjs")

const rounds = 7
const seconds = 2

/** By name: how the operation is scripted, and what of the bare server's requests a second it is to reach, in percent. */
const cases = [
  { name: "tracked", id: "bench-tracked", steps: [], target: 25 },
  { name: "finished", id: "bench-finished", steps: [{ after: 0, set: { done: true, response: {} } }], target: 45 }
]

interface Contender {
  readonly url: string
  readonly child: ChildProcess
}

export const run = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bench-"))
  const children: Array<ChildProcess> = []
  const start = async (main: string, env: NodeJS.ProcessEnv): Promise<Contender> => {
    const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] })
    children.push(child)
    return { child, url: await listening(child.stderr) }
  }
  try {
    const emulator = spawn(process.execPath, [bin, "emulate", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] })
    children.push(emulator)
    const yaml = await new Promise<string>((resolve) => emulator.stdout.once("data", (data) => resolve(String(data))))
    const provider = /url: (http:\/\/[^/\s]+)\n/.exec(yaml)?.[1] ?? ""
    await writeFile(join(folder, "config.yaml"), yaml)
    const environment = {
      OPWATCH_CONFIG: join(folder, "config.yaml"),
      OPWATCH_API_KEYS_FILE: join(folder, "keys.json"),
      OPWATCH_PORT: "0",
      XDG_STATE_HOME: folder
    }
    const authorization = `Bearer ${makeKey(environment)}`
    const server = await start(path("../../apps/server/src/main.ts"), environment)

    const answers: Record<string, Answers[string]> = {}
    for (const { id, steps } of cases) {
      const operation = { api: "cloud", id, operation: { metadata, description: "Create disk" }, steps }
      await fetch(`${provider}/_emulator/operations`, { method: "POST", body: JSON.stringify(operation) })
      const url = `${server.url}${placeOf(id)}`
      await fetch(url, { method: "PUT", headers: { authorization } })
      await fetch(`${url}/wait?timeout=2s`, { headers: { authorization } })
      answers[placeOf(id)] = await answerOf(url, authorization)
    }
    const bare = await start(path("./server-bare.ts"), { ANSWERS: JSON.stringify(answers) })

    console.log(`Medians of ${rounds} rounds of ${seconds} s in turns, on Node ${process.versions.node}:\n`)
    for (const { id, name, target } of cases) {
      const [ours, node] = await compare(server, bare, placeOf(id), authorization)
      const percent = (100 * ours.rate) / node.rate
      const rates = `${ours.rate.toFixed(0).padStart(7)} of ${node.rate.toFixed(0)} requests a second`
      const cpu = `${ours.micros.toFixed(0)} and ${node.micros.toFixed(0)} µs of CPU for each`
      console.log(`${name.padEnd(9)}${rates}: ${percent.toFixed(0)} %, is to reach ${target} %   ${cpu}`)
      if (percent < target) process.exitCode = 1
    }
  } finally {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

const placeOf = (id: string): string => `/v1/operations/cloud/${id}`

/** The medians of both. */
const compare = async (server: Contender, bare: Contender, place: string, authorization: string) => {
  const measured: readonly [Array<Measured>, Array<Measured>] = [[], []]
  await requireSame(`${server.url}${place}`, `${bare.url}${place}`, authorization)
  for (let round = -1; round < rounds; round++) {
    for (const [index, contender] of [server, bare].entries()) {
      const found = await measure(contender, place, authorization)
      if (round >= 0) measured[index]?.push(found)
    }
  }
  await requireSame(`${server.url}${place}`, `${bare.url}${place}`, authorization)
  const [ours, node] = measured
  return [medians(ours), medians(node)] as const
}

const medians = (measured: ReadonlyArray<Measured>): Measured => ({
  rate: median(measured.map(({ rate }) => rate)),
  micros: median(measured.map(({ micros }) => micros))
})

const metadata = {
  "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateDiskMetadata",
  diskId: "fhm1a2b3c4d5e6f7g8h9"
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

/** Where a server that has just been started listens. */
const listening = (stderr: Readable): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ""
    stderr.on("data", (data) => {
      text += String(data)
      const url = /listening on (http:\S+)/.exec(text)?.[1]
      if (url !== undefined) resolve(url)
    })
    stderr.once("close", () => reject(new Error(`a server ended: ${text}`)))
  })

const makeKey = (env: NodeJS.ProcessEnv): string => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [bin, "keys", "create", "bench", "--scope", "read,track"],
    { env }
  )
  if (status !== 0) throw new Error(`no key was made: ${stderr.toString()}`)
  return stdout.toString().trim()
}

/** Node sends these by itself, on both servers. */
const own = new Set(["connection", "date", "keep-alive"])

const answerOf = async (url: string, authorization: string): Promise<Answers[string]> => {
  const answer = await fetch(url, { headers: { authorization } })
  const headers = [...answer.headers].filter(([name]) => !own.has(name))
  return { headers: Object.fromEntries(headers), body: await answer.text() }
}

/** An operation that goes on is as its latest poll saw it: the time of that is the only thing that may differ. */
const requireSame = async (url: string, bare: string, authorization: string): Promise<void> => {
  const [one, other] = (await Promise.all([url, bare].map((url) => answerOf(url, authorization)))).map((answer) =>
    JSON.stringify(answer).replace(/(observedAt\\":\\")[0-9T:.-]+Z/, "$1")
  )
  if (one !== other) throw new Error(`the servers do not send the same:\n${one}\n${other}`)
}

interface Measured {
  /** Requests a second. */
  readonly rate: number
  /** CPU time of the server for each request, in microseconds. */
  readonly micros: number
}

const measure = async ({ child, url }: Contender, where: string, authorization: string): Promise<Measured> => {
  const cpuBefore = cpuOf(child)
  const { answers, taken } = await Load.run({ url: new URL(where, url), authorization, seconds })
  return { rate: answers / taken, micros: (1e6 * (cpuOf(child) - cpuBefore)) / answers }
}

/** Seconds of CPU time of a process, in hundredths as Linux counts them. */
const cpuOf = ({ pid }: ChildProcess): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ")
  return (Number(fields[11]) + Number(fields[12])) / 100
}

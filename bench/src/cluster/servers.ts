/** Servers as processes: one that is alone, or so many runners of one cluster. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import * as Metrics from "./metrics.ts"

export interface Server {
  readonly pid: number
  readonly url: string
  readonly child: ChildProcess
}

/** As `server.polling` says it. */
export interface Polling {
  readonly price: string
  readonly maxInterval: string
}

export interface Options {
  /** 0 is a server without a cluster. */
  readonly runners: number
  readonly polling: Polling
  readonly database: string
  /** The URL of the provider. */
  readonly provider: string
  /** For its configuration. */
  readonly folder: string
}

const main = fileURLToPath(new URL("../../../apps/server/src/main.ts", import.meta.url))

const rateLimit = { requests: 1_000_000, per: "1s" }

/** Once they listen. */
export const start = async (options: Options): Promise<ReadonlyArray<Server>> => {
  const { database, folder, polling, provider, runners } = options
  const config = join(folder, "config.json")
  const sources = { cloud: { provider: "cloud", url: provider, auth: { kind: "none" }, rateLimit } }
  await writeFile(config, JSON.stringify({ sources, server: { polling } }))
  const environment = {
    PATH: process.env["PATH"],
    OPWATCH_CONFIG: config,
    OPWATCH_DATABASE_URL: database,
    OPWATCH_PORT: "0",
    XDG_STATE_HOME: folder
  }
  const runner = async () =>
    begin({ ...environment, OPWATCH_CLUSTER_HOST: "127.0.0.1", OPWATCH_CLUSTER_PORT: String(await freePort()) })
  return runners === 0 ? [await begin(environment)] : Promise.all(Array.from({ length: runners }, runner))
}

/** All at once, so that they leave no word to the next of when operations are due. */
export const kill = async (servers: ReadonlyArray<Server>): Promise<void> => {
  await Promise.all(
    servers.map(async ({ child }) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill("SIGKILL")
      await once(child, "exit")
    })
  )
}

/** Has operations tracked, of those from the given one on; as often as it takes while the database is too busy. */
export const track = async ([server]: ReadonlyArray<Server>, from: number, to: number): Promise<void> => {
  for (let first = from; first < to;) {
    const size = Math.min(1_000, to - first)
    const operations = Array.from({ length: size }, (_, index) => ({ ref: refOf(first + index) }))
    const answer = await fetch(`${server?.url}/v1/operations/batch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ operations })
    })
    const text = await answer.text()
    if (answer.ok) first += size
    else if (answer.status !== 503) throw new Error(`a batch was answered with ${answer.status}: ${text}`)
  }
}

/** Each has been polled once. */
export const seen = async ([server]: ReadonlyArray<Server>): Promise<void> => {
  const isUnseen = async () => {
    const page = await (await fetch(`${server?.url}/v1/operations?state=unknown&pageSize=1`)).text()
    return page.includes('"ref"')
  }
  while (await isUnseen()) await setTimeout(200)
}

/** They poll so many operations together. */
export const loaded = async (servers: ReadonlyArray<Server>, operations: number): Promise<void> => {
  const urls = servers.map(({ url }) => url)
  while ((await Metrics.read(urls)).operations !== operations) await setTimeout(200)
}

const refOf = (index: number): string => `cloud/fhm${String(index).padStart(17, "0")}`

const children = new Set<ChildProcess>()
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")))

const begin = (env: NodeJS.ProcessEnv): Promise<Server> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] })
    children.add(child)
    child.once("exit", () => children.delete(child))
    let said = ""
    child.stderr.on("data", (chunk) => {
      said += String(chunk)
      const url = /listening on (http:\S+)/.exec(said)?.[1]
      if (url !== undefined && child.pid !== undefined) resolve({ child, url, pid: child.pid })
    })
    child.once("exit", () => reject(new Error(`a server ended: ${said}`)))
  })

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

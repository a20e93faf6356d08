/**
 * What it costs to wait for many operations: CPU time of the whole `opwatch wait` process, its start and its end included,
 * in a pseudo-terminal, once with the live block and once without it. The emulator is another process.
 */
import pty from "@lydell/node-pty"
import { readFileSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { spawn } from "node:child_process"

const bin = fileURLToPath(new URL("../../apps/cli/bin/opwatch.mjs", import.meta.url))

const operations = 200
const seconds = 60
/** Of a core, in percent: what it is to stay below. */
const limit = 5

export const run = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bench-"))
  const emulator = spawn(process.execPath, [bin, "emulate", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] })
  try {
    const yaml = await new Promise<string>((resolve) => emulator.stdout.once("data", (data) => resolve(String(data))))
    const url = /url: (http:\/\/[^/\s]+)\n/.exec(yaml)?.[1] ?? ""
    const config = join(folder, "config.yaml")
    await writeFile(config, yaml)
    console.log(`${operations} operations of about ${seconds} s, half of them with progress\n`)
    const drawn = await measure("with the live block", url, config, [])
    const quiet = await measure("without it (--quiet)", url, config, ["--quiet"])
    console.log(`\nthe block itself: ${(drawn - quiet).toFixed(1)} % of a core; all of it is to stay below ${limit} %`)
    if (drawn >= limit) process.exitCode = 1
  } finally {
    emulator.kill()
    await rm(folder, { recursive: true })
  }
}

/** Gives percent of a core. */
const measure = async (name: string, url: string, config: string, flags: ReadonlyArray<string>): Promise<number> => {
  await fetch(`${url}/_emulator/requests`, { method: "DELETE" })
  const refs = await Promise.all(Array.from({ length: operations }, (_, index) => begin(url, index)))
  const cpuBefore = cpuOfChildren()
  const began = performance.now()
  const bytes = await wait([...flags, ...refs], config)
  const wall = (performance.now() - began) / 1_000
  const cpu = cpuOfChildren() - cpuBefore
  const { kinds } = await json<{ readonly kinds: { readonly get: number } }>(`${url}/_emulator/requests`)
  const percent = (100 * cpu) / wall
  console.log(
    [
      name.padEnd(22),
      `${wall.toFixed(0)} s`,
      `${cpu.toFixed(2)} s of CPU`,
      `${percent.toFixed(1)} % of a core`,
      `${kinds.get} polls`,
      `${(bytes / 1_000).toFixed(0)} kB written`
    ].join("  ")
  )
  return percent
}

/** Starts an operation on the emulator. */
const begin = async (url: string, index: number): Promise<string> => {
  const api = index % 2 === 0 ? "toloka" : "cloud"
  const end = (seconds - 5 + (index % 10)) * 1_000
  const tenths = Array.from({ length: 9 }, (_, tenth) => tenth + 1)
  const steps =
    api === "cloud"
      ? [{ after: end, set: { done: true, response: {} } }]
      : [
          ...tenths.map((tenth) => ({ after: (end * tenth) / 10, set: { status: "RUNNING", progress: tenth * 10 } })),
          { after: end, set: { status: "SUCCESS", progress: 100 } }
        ]
  const operation = api === "cloud" ? { metadata } : { type: "TASK.BATCH_CREATE", status: "RUNNING" }
  const { id } = await json<{ readonly id: string }>(`${url}/_emulator/operations`, { api, operation, steps })
  return `${api}/${id}`
}

const metadata = { "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateDiskMetadata", diskId: "d" }

/** Waits in a terminal, and counts what is written to it. */
const wait = (args: ReadonlyArray<string>, config: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color", LANG: "C.UTF-8", OPWATCH_CONFIG: config }
    const child = pty.spawn(process.execPath, [bin, "wait", ...args], { cols: 120, rows: 40, env })
    let bytes = 0
    child.onData((data) => (bytes += Buffer.byteLength(data)))
    child.onExit(({ exitCode }) => {
      if (exitCode === 0) resolve(bytes)
      else reject(new Error(`opwatch wait ended with ${exitCode}`))
    })
  })

/** Seconds of CPU time that the children of this process took which have ended, in hundredths as Linux counts them. */
const cpuOfChildren = (): number => {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ")
  return (Number(fields[13]) + Number(fields[14])) / 100
}

const json = async <A>(url: string, body?: object): Promise<A> => {
  const headers = { "content-type": "application/json" }
  const answer = await fetch(url, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answered with ${answer.status}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await answer.json()) as A
}

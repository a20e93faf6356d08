/**
 * What a start of the installed program takes, beside that of Node itself: the time until the process has ended, everything in
 * turns. The emulator is another process. The first start of all, which finds no code kept from earlier ones, is shown too.
 */
import { spawn, spawnSync } from "node:child_process"
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const cli = fileURLToPath(new URL("../../apps/cli/", import.meta.url))
const reference = "toloka/57068577e4b0bf7b07a0256f"
const rounds = 40
const firstStarts = 5

/** By name: the words of the command line, and how many times the start of Node it is to stay below. */
const starts: Record<string, { readonly words: ReadonlyArray<string>; readonly limit?: number }> = {
  "opwatch --version": { words: ["--version"], limit: 2.5 },
  "opwatch --help": { words: ["--help"] },
  "opwatch get": { words: ["get", reference], limit: 4.5 }
}

export const run = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bench-"))
  for (const part of ["bin", "dist", "package.json"]) await cp(join(cli, part), join(folder, part), { recursive: true })
  const bin = join(folder, "bin", "opwatch.mjs")
  const emulator = spawn(process.execPath, [bin, "emulate", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] })
  try {
    const yaml = await new Promise<string>((resolve) => emulator.stdout.once("data", (data) => resolve(String(data))))
    const config = join(folder, "config.yaml")
    await writeFile(config, yaml)
    const measure = (args: ReadonlyArray<string>, home = join(folder, "home")) =>
      timeOf(args, { PATH: process.env["PATH"], HOME: home, OPWATCH_CONFIG: config })

    const first = Array.from({ length: firstStarts }, (_, home) =>
      measure([bin, "get", reference], join(folder, `home-${home}`))
    )
    for (const { words } of Object.values(starts)) measure([bin, ...words])
    const node: Array<number> = []
    const times = new Map(Object.keys(starts).map((name): [string, Array<number>] => [name, []]))
    for (let round = 0; round < rounds; round++) {
      node.push(measure(["-e", "0"]))
      for (const [name, { words }] of Object.entries(starts)) times.get(name)?.push(measure([bin, ...words]))
    }

    const tell = (name: string, millis: number, remark = "") => {
      const ratio = millis / median(node)
      const numbers = `${millis.toFixed(0).padStart(5)} ms${ratio.toFixed(2).padStart(8)} x`
      console.log(`${name.padEnd(20)}${numbers}   ${remark}`.trimEnd())
      return ratio
    }
    console.log(`Medians of ${rounds} starts each, on Node ${process.versions.node}:\n`)
    tell("node -e 0", median(node))
    for (const [name, { limit }] of Object.entries(starts)) {
      const ratio = tell(name, median(times.get(name) ?? []), limit === undefined ? "" : `is to stay below ${limit}`)
      if (limit !== undefined && ratio > limit) process.exitCode = 1
    }
    tell("opwatch get, first", median(first), "once for each installation and user")
  } finally {
    emulator.kill()
    await rm(folder, { recursive: true })
  }
}

/** Milliseconds until the process has ended. */
const timeOf = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): number => {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] })
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr.toString()}`)
  return performance.now() - began
}

const median = (times: ReadonlyArray<number>): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN

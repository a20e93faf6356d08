/** Programs that are started as anybody would, in a folder and an environment of the test's own. */
import { execFile, spawn } from "node:child_process"
import { delimiter, dirname } from "node:path"
import { onTestFinished } from "vitest"

export interface Place {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The programs of this machine, and this Node before any other. */
export const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`

/** Runs one to its end. */
export const run = (command: string, args: ReadonlyArray<string>, place: Place): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(command, args, place, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    )
    child.stdin?.end()
  })

/** Starts one that goes on until the test has ended, and gives what it says first. */
export const begin = (command: string, args: ReadonlyArray<string>, place: Place): Promise<string> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { ...place, stdio: ["ignore", "pipe", "pipe"] })
    const closed = new Promise((resolve) => child.once("close", resolve))
    onTestFinished(async () => {
      child.kill()
      await closed
    })
    for (const stream of [child.stdout, child.stderr]) stream.once("data", (data) => resolve(String(data)))
  })

/** What the scripts that make packages have in common: where things are, and running other programs. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const cli = fileURLToPath(new URL("../", import.meta.url))
export const root = fileURLToPath(new URL("../../../", import.meta.url))

export const { version }: { readonly version: string } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8"))

/** Fails with what the program says, unless it ends well. */
export const run = (command: string, args: ReadonlyArray<string>, cwd: string): void => {
  const { error, status, stderr } = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8"
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`)
}

/** Bundles the program into a folder. */
export const bundle = (config: string, folder: string): void =>
  run(process.execPath, [join(cli, "node_modules", "rolldown", "bin", "cli.mjs"), "-c", config, "-d", folder], cli)

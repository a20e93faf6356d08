/** Node itself, for the platform that is asked for, at the version that the lockfile names. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root, run } from "./Tool.ts"

export const platforms = ["linux-x64", "linux-arm64"] as const
export type Platform = (typeof platforms)[number]

/** The path of the program: as it was installed, else from the registry, by way of `folder`. */
export const find = (platform: Platform, folder: string): string => {
  const name = `node-${platform}`
  const installed = join(root, "node_modules", name, "bin", "node")
  if (existsSync(installed)) return installed
  const { integrity, version } = locked(name)
  run("npm", ["pack", `${name}@${version}`, "--pack-destination", folder], folder)
  const archive = join(folder, `${name}-${version}.tgz`)
  const got = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`
  if (got !== integrity) throw new Error(`${name}@${version} is ${got}, and not ${integrity} as pnpm-lock.yaml says`)
  run("tar", ["-xzf", archive, "-C", folder, "package/bin/node"], folder)
  return join(folder, "package", "bin", "node")
}

const locked = (name: string) => {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8")
  const [, version = "", integrity = ""] =
    new RegExp(`^  ${name}@([\\d.]+):\n    resolution: \\{integrity: ([^}]+)\\}`, "m").exec(lockfile) ?? []
  if (integrity === "") throw new Error(`pnpm-lock.yaml does not have ${name}`)
  return { integrity, version }
}

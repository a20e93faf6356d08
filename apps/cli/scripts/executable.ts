/**
 * Makes `opwatch-linux-x64` and `opwatch-linux-arm64`, single files that need no Node, in the folder that is named, else in
 * `release/`; further words name those of the platforms that are wanted. Each is Node itself with the program inside.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import * as NodeBinary from "./NodeBinary.ts"
import { bundle, cli, run } from "./Tool.ts"

const [folder = join(cli, "release"), ...names] = process.argv.slice(2)
const wanted = NodeBinary.platforms.filter((platform) => names.length === 0 || names.includes(platform))

/** Where Node looks for it; the mark is part of the Node that is copied. */
const inject = ["NODE_SEA_BLOB", "--sentinel-fuse", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2"] as const
const postject = join(cli, "node_modules", "postject", "dist", "cli.js")

/** The machine that an ELF file is for, as its header says. */
const machines: Record<NodeBinary.Platform, number> = { "linux-x64": 62, "linux-arm64": 183 }

const check = (executable: string, platform: NodeBinary.Platform, program: string): void => {
  const contents = readFileSync(executable)
  const isElf = contents.subarray(0, 4).toString("latin1") === "\u007fELF"
  if (!isElf || contents.readUInt16LE(18) !== machines[platform])
    throw new Error(`${executable} is not for ${platform}`)
  if (!contents.includes(readFileSync(program))) throw new Error(`${executable} is without the program`)
}

const stage = mkdtempSync(join(tmpdir(), "opwatch-executable-"))
try {
  bundle("rolldown.executable.mjs", stage)
  for (const platform of wanted) {
    const node = NodeBinary.find(platform, stage)
    const isHere = platform === `${process.platform}-${process.arch}`
    const blob = join(stage, `${platform}.blob`)
    const sea = {
      main: join(stage, "main.cjs"),
      output: blob,
      disableExperimentalSEAWarning: true,
      useCodeCache: isHere
    }
    const config = join(stage, `${platform}.json`)
    writeFileSync(config, JSON.stringify(sea))
    run(isHere ? node : process.execPath, ["--experimental-sea-config", config], stage)
    mkdirSync(folder, { recursive: true })
    const executable = resolve(folder, `opwatch-${platform}`)
    rmSync(executable, { force: true })
    copyFileSync(node, executable)
    const [name, ...flags] = inject
    run(process.execPath, [postject, executable, name, blob, ...flags], stage)
    check(executable, platform, join(stage, "main.cjs"))
    process.stdout.write(`${executable}\n`)
  }
} finally {
  rmSync(stage, { recursive: true })
}

import { assert, beforeAll, describe, it } from "@effect/vitest"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as EmulatorConfiguration from "../src/EmulatorConfiguration.ts"
import { begin, path, run } from "./Program.ts"

const script = fileURLToPath(new URL("../scripts/package.ts", import.meta.url))

let folder = ""
let opwatch = ""

/** A home with nothing in it, and the installed program among the others. */
const place = (env: NodeJS.ProcessEnv = {}) => ({
  cwd: folder,
  env: { PATH: `${join(folder, "bin")}${delimiter}${path}`, HOME: join(folder, "home"), ...env }
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opwatch-packaging-"))
  opwatch = join(folder, "bin", "opwatch")
  const made = await run(process.execPath, [script, folder], place())
  assert.strictEqual(made.code, 0, made.err)
  const install = ["install", "--global", "--prefix", folder, made.out.trim(), "--offline", "--no-audit", "--no-fund"]
  const installed = await run("npm", install, place())
  assert.strictEqual(installed.code, 0, installed.err)
  return () => rm(folder, { recursive: true })
}, 60_000)

const failed = "toloka/57068577e4b0bf7b07a0256f"
const succeeded = "cloud/fhmdone0emulator0001"

/** By command: other words, the exit code, and what is printed among other things. */
const commands: Record<string, readonly [words: ReadonlyArray<string>, code: number, says: string]> = {
  get: [[failed], 0, "TASK_SUITE.BATCH_CREATE"],
  wait: [[succeeded, failed], 1, succeeded],
  watch: [[succeeded], 0, "succeeded"],
  log: [[failed, "--output", "yaml"], 0, "TASK_SUITE_VALIDATE"],
  explain: [[failed], 0, "VALUE_REQUIRED"],
  list: [["toloka", "--limit", "2", "--json"], 0, '"ref": "toloka/'],
  cancel: [[failed], 8, "Toloka cannot cancel"],
  track: [[succeeded, "--label", "job=a"], 0, "tracked"],
  untrack: [["toloka/absent"], 4, "is not tracked"],
  tracked: [["--label", "job=a"], 0, "job=a"],
  summary: [["--wait", "10s"], 0, "1 of 1 operations"],
  history: [["toloka"], 0, "nothing is known"],
  sources: [[], 0, "toloka-sandbox"],
  doctor: [["toloka", "cloud"], 0, "ok"],
  cluster: [[], 0, "alive"],
  serve: [["--port", "0"], 0, "listening on http://127.0.0.1:"],
  keys: [["create", "ci", "--scope", "read"], 0, "opw_"],
  store: [["copy", "file:absent.db", "file:copy.db"], 2, "there is no such file"],
  emulate: [["--", "opwatch", "get", failed], 0, "failed"],
  demo: [[], 0, "No credentials are needed"],
  completions: [["bash"], 0, "complete"],
  help: [["wait"], 0, "--timeout"]
}

/** These need a server. */
const served = new Set(["track", "untrack", "tracked", "summary", "cluster"])

/** These go on until they are stopped, or for long. */
const lasting = new Set(["serve", "demo"])

describe("the package", () => {
  it("needs nothing but Node, and brings the licences of what it contains", async () => {
    const contents = join(folder, "lib", "node_modules", "opwatch")
    const manifest = JSON.parse(await readFile(join(contents, "package.json"), "utf8"))
    assert.hasAllKeys(manifest, ["name", "version", "description", "license", "type", "bin", "files", "engines"])
    assert.strictEqual(manifest.engines.node, ">=22.19")
    const licences = await readFile(join(contents, "THIRD-PARTY-LICENSES"), "utf8")
    for (const work of ["effect", "undici", "yaml", "swagger-ui"])
      assert.match(licences, new RegExp(`^${work}[ ,]`, "m"))
    const { out } = await run(opwatch, ["--version"], place())
    assert.strictEqual(out, `opwatch ${manifest.version}\n`)
  })

  it("has every command of its help", async () => {
    const { out } = await run(opwatch, ["--help"], place())
    const [, list = ""] = /^COMMANDS\n((?: .*\n)*)/m.exec(out) ?? []
    assert.deepStrictEqual(
      [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name),
      Object.keys(commands)
    )
  })

  it("runs every command, against its own emulator", async () => {
    const [url = ""] = /http:\/\/[\d.:]+/.exec(await begin(opwatch, ["emulate", "--port", "0"], place())) ?? []
    await writeFile(join(folder, "config.yaml"), EmulatorConfiguration.make(url).yaml)
    const OPWATCH_CONFIG = join(folder, "config.yaml")
    const configured = place({ OPWATCH_CONFIG })
    const apart = place({ OPWATCH_CONFIG, XDG_STATE_HOME: join(folder, "state") })
    const [OPWATCH_SERVER] = /http:\/\/[\d.:]+/.exec(await begin(opwatch, ["serve", "--port", "0"], apart)) ?? []
    for (const [name, [words, code, says]] of Object.entries(commands)) {
      const there = served.has(name) ? place({ OPWATCH_SERVER }) : configured
      const ended = lasting.has(name)
        ? { code, out: await begin(opwatch, [name, ...words], configured), err: "" }
        : await run(opwatch, [name, ...words], there)
      assert.strictEqual(ended.code, code, `${name}: ${ended.out}${ended.err}`)
      assert.include(`${ended.out}${ended.err}`, says, name)
    }
  }, 120_000)
})

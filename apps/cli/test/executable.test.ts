import { assert, beforeAll, describe, it } from "@effect/vitest"
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as EmulatorConfiguration from "../src/EmulatorConfiguration.ts"
import { begin, path, run } from "./Program.ts"

const script = fileURLToPath(new URL("../scripts/executable.ts", import.meta.url))
const bin = fileURLToPath(new URL("../bin/opwatch.mjs", import.meta.url))
const platform = `${process.platform}-${process.arch}`
const executable = `/opwatch-${platform}`

/** A root directory that holds the executable, the libraries that it is linked with and a configuration: no /proc, no /etc. */
let root = ""

const place = (env: NodeJS.ProcessEnv = {}) => ({ cwd: root, env: { PATH: `${path}:/usr/sbin`, ...env } })
const enter = process.getuid?.() === 0 ? [] : ["unshare", "--map-root-user"]

const inside = (args: ReadonlyArray<string>, env?: NodeJS.ProcessEnv) =>
  ["env", [...enter, "chroot", root, executable, ...args], place(env)] as const

const opwatch = (...args: ReadonlyArray<string>) => run(...inside(args))

const failed = "toloka/57068577e4b0bf7b07a0256f"

describe.runIf(process.platform === "linux")("the executable, in a root with nothing else", () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "opwatch-root-"))
    const made = await run(process.execPath, [script, root, platform], place())
    assert.strictEqual(made.code, 0, made.err)
    const { out } = await run("ldd", [join(root, executable)], place())
    for (const [library] of out.matchAll(/(?<=\s)\/\S+/g)) {
      await mkdir(join(root, dirname(library)), { recursive: true })
      await copyFile(library, join(root, library))
    }
    return () => rm(root, { recursive: true })
  }, 120_000)

  it("tells its version and its help", async () => {
    assert.match((await opwatch("--version")).out, /^opwatch \d+\.\d+\.\d+\n$/)
    const { code, out } = await opwatch("--help")
    assert.strictEqual(code, 0)
    assert.include(out, "COMMANDS\n  get ")
  })

  it("gets and waits, by the configuration that it is given", async () => {
    const [url = ""] =
      /http:\/\/[\d.:]+/.exec(await begin(process.execPath, [bin, "emulate", "--port", "0"], place())) ?? []
    await writeFile(join(root, "config.yaml"), EmulatorConfiguration.make(url).yaml)
    const got = await opwatch("get", failed, "--config", "/config.yaml", "--json")
    assert.strictEqual(got.code, 0, got.err)
    assert.deepInclude(JSON.parse(got.out), { ref: failed, state: "failed" })
    const waited = await opwatch("wait", failed, "--config", "/config.yaml", "--output", "yaml")
    assert.strictEqual(waited.code, 1, waited.err)
    assert.include(waited.out, "state: failed")
  })

  it("emulates, alone and for a command", async () => {
    assert.include(await begin(...inside(["emulate", "--port", "0"])), "http://127.0.0.1:")
    const words = ["emulate", "--", executable, "get", failed]
    const without = await opwatch(...words)
    assert.deepStrictEqual([without.code, without.out], [2, ""])
    assert.include(without.err, "TMPDIR")
    const { code, err, out } = await run(...inside(words, { TMPDIR: "/" }))
    assert.strictEqual(code, 0, err)
    assert.include(out, failed)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { type Ended, run } from "./Program.ts"

const loader = new URL("../bin/bundle.mjs", import.meta.url).href

/** A bundle of two chunks, and a home for what is kept of it. */
const make = async () => {
  const folder = await mkdtemp(join(tmpdir(), "opwatch-bundle-"))
  onTestFinished(() => rm(folder, { recursive: true }))
  const chunk = (name: string, build: string, code: string) =>
    writeFile(join(folder, name), `// ${build}\n"use strict";\n${code}\n`)
  await chunk("main.cjs", "1", `console.log(require("./part.cjs").sum(2, 3))`)
  await chunk("part.cjs", "1", `exports.sum = (a, b) => a + b`)
  const start = (command: string, env: NodeJS.ProcessEnv = {}, variant = ""): Promise<Ended> => {
    const url = new URL(`file://${folder}/main.cjs`).href
    const code = `import { run } from ${JSON.stringify(loader)}
      run(new URL(${JSON.stringify(url)}), ${JSON.stringify({ command, variant })})`
    const home = { HOME: join(folder, "home"), ...env }
    return run(process.execPath, ["--input-type=module", "-e", code], { cwd: folder, env: home })
  }
  const caches = join(folder, "home", ".cache", "opwatch")
  const kept = async () => {
    const [place = ""] = await readdir(caches)
    const names = await readdir(join(caches, place))
    return Promise.all(names.toSorted().map(async (name) => readFile(join(caches, place, name))))
  }
  return { folder, chunk, start, caches, kept }
}

describe("the bundle", () => {
  it("keeps the code of each chunk once for each command, where no other user can write", async () => {
    const { caches, kept, start } = await make()
    assert.deepStrictEqual(await start("get"), { code: 0, out: "5\n", err: "" })
    const first = await kept()
    assert.lengthOf(first, 2)
    assert.strictEqual((await stat(caches)).mode & 0o777, 0o700)
    await start("get")
    assert.deepStrictEqual(await kept(), first)
    await start("wait")
    for (const code of await kept()) assert.include(code.toString("latin1"), "\nget wait\n\n")
  })

  it("runs what the chunk says now, whatever was kept of another", async () => {
    const { chunk, start } = await make()
    await start("get")
    await chunk("part.cjs", "2", `exports.sum = (a, b) => a * b`)
    assert.strictEqual((await start("get")).out, "6\n")
    assert.strictEqual((await start("get")).out, "6\n")
  })

  it("makes it anew where what was kept is damaged, or was made by a V8 that was told other things", async () => {
    const { caches, kept, start } = await make()
    await start("get")
    const [place = ""] = await readdir(caches)
    const whole = await kept()
    for (const name of await readdir(join(caches, place))) {
      const code = await readFile(join(caches, place, name))
      await writeFile(join(caches, place, name), code.fill(0, code.length >> 1))
    }
    assert.deepStrictEqual(await start("get"), { code: 0, out: "5\n", err: "" })
    assert.deepStrictEqual(
      (await kept()).map(({ length }) => length),
      whole.map(({ length }) => length)
    )
    const other = { NODE_OPTIONS: "--jitless" }
    assert.deepStrictEqual(await start("get", other), { code: 0, out: "5\n", err: "" })
  })

  it("does without where nothing can be kept, or nothing is to be", async () => {
    const { folder, start } = await make()
    await start("get", { NODE_DISABLE_COMPILE_CACHE: "1" })
    assert.notInclude(await readdir(folder), "home")
    await mkdir(join(folder, "home"))
    await writeFile(join(folder, "home", ".cache"), "")
    assert.deepStrictEqual(await start("get"), { code: 0, out: "5\n", err: "" })
  })
})

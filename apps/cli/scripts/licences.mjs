/** A plugin of the bundle: writes the licences of all that went into it beside it, as they ask for. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const text = (folder) => {
  const name = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
  return name === undefined ? undefined : readFileSync(join(folder, name), "utf8").trim()
}

/** The folder of the package that a module belongs to, unless it is one of ours. */
const packageOf = (module) => {
  const [, folder] = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(module) ?? []
  return folder !== undefined && existsSync(join(folder, "package.json")) ? folder : undefined
}

/** A package that brings the text of the Apache License. */
const apache = fileURLToPath(new URL("../../../node_modules/typescript", import.meta.url))

/** What a package carries inside a file of its own. */
const carried = (modules) =>
  modules.some((module) => module.endsWith("httpApiSwagger.js"))
    ? [`swagger-ui, Copyright SmartBear Software Inc. (Apache-2.0)\n\n${text(apache)}`]
    : []

const describe = (folder) => {
  const { license, name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const terms = text(folder)
  if (terms === undefined) throw new Error(`${name} has no text of its licence`)
  return `${name} ${version} (${license})\n\n${terms}`
}

export const licences = {
  name: "licences",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []))
    const folders = [...new Set(modules.map(packageOf).filter((folder) => folder !== undefined))]
    const parts = [...folders.map(describe).toSorted(), ...carried(modules)]
    const source = `opwatch contains these works of others, each under the licence that stands below its name.\n\n${parts.join(
      `\n\n${"-".repeat(80)}\n\n`
    )}\n`
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES", source })
  }
}

// Which form of the program to start: the bundle, unless a source is newer than it or there is none.
const here = new URL("../", import.meta.url)
const sources = new URL("src/main.ts", here)
const bundle = new URL("dist/main.cjs", here)

/** One of the two is absent. */
export const entry = () => {
  const { readdirSync, statSync } = process.getBuiltinModule("fs")

  const changed = (url) => {
    const found = statSync(url, { throwIfNoEntry: false })
    return found === undefined ? undefined : found.mtimeMs
  }

  const children = (folder) => (changed(folder) === undefined ? [] : readdirSync(folder))

  const isNewer = (folder, than) =>
    children(folder).some((name) => {
      const child = new URL(name, folder)
      return /\.[cm]?[jt]s$/.test(name) ? changed(child) > than : isNewer(new URL(`${name}/`, folder), than)
    })

  const built = changed(bundle)
  if (built === undefined) return { sources }
  if (changed(sources) === undefined) return { bundle }
  const workspace = new URL("../../packages/", here)
  const folders = [new URL("src/", here), ...children(workspace).map((name) => new URL(`${name}/src/`, workspace))]
  return folders.some((folder) => isNewer(folder, built)) ? { sources } : { bundle }
}

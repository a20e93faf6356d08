// Runs the bundle from the code that V8 made of it in earlier runs. Node's own compile cache has what V8 makes of a file when it
// is loaded; this one also has the functions that ran afterwards, which takes a third off the time of a start.

/**
 * Runs a chunk, and those beside it that it asks for. Other code runs for another `command`, the first word of the user's: what
 * each adds is kept. `variant` names what V8 was told, for it takes code only from runs in which it was told the same.
 */
export const run = (start, { command, variant }) => {
  const fs = process.getBuiltinModule("fs")
  const { Script } = process.getBuiltinModule("vm")
  const { fileURLToPath } = process.getBuiltinModule("url")
  const { basename, dirname, join } = process.getBuiltinModule("path")
  const folder = dirname(fileURLToPath(start))
  const cache = cacheFolder(folder)
  const word = /^[a-z]{1,20}$/.test(command) ? command : "-"
  const modules = new Map()
  const unkept = []

  const compile = (name) => {
    const filename = join(folder, name)
    const source = fs.readFileSync(filename, "latin1")
    const build = source.slice(0, source.indexOf("\n"))
    const place = cache && join(cache, `${name}.${process.arch}${variant}`)
    const kept = place && read(fs, place, build)
    const script = new Script(`${before}${source}${after}`, {
      filename,
      columnOffset: -before.length,
      cachedData: kept && kept.code
    })
    const words = kept === undefined || script.cachedDataRejected ? [] : kept.words
    if (place && !words.includes(word) && words.length < mostWords) {
      unkept.push(() => write(fs, place, { build, words: [...words, word], code: script.createCachedData() }))
    }
    return script.runInThisContext()
  }

  const require = (id) => {
    if (!id.startsWith("./")) return process.getBuiltinModule(id)
    const name = basename(id)
    if (!modules.has(name)) {
      const module = { exports: {} }
      modules.set(name, module)
      compile(name)(module.exports, module, require)
    }
    return modules.get(name).exports
  }

  const keep = () => unkept.splice(0).forEach((write) => write())
  process.once("exit", keep)
  setTimeout(keep, settledMillis).unref()
  require(`./${basename(start.pathname)}`)
}

const before = "(function (exports, module, require) {"
const after = "\n})"

/** All commands, and some that were mistyped. */
const mostWords = 40

/** A command that still runs does little after this that it has not done before. */
const settledMillis = 5_000

/** Among the caches of this user alone, for what is read there is run; another for each place that opwatch is installed at. */
const cacheFolder = (folder) => {
  const { isAbsolute, join } = process.getBuiltinModule("path")
  const { LOCALAPPDATA, NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
  if (NODE_DISABLE_COMPILE_CACHE) return undefined
  const caches = NODE_COMPILE_CACHE || (process.platform === "win32" ? LOCALAPPDATA : XDG_CACHE_HOME || ownCaches(join))
  return caches && isAbsolute(caches) ? join(caches, "opwatch", folder.replace(/\W+/g, "-").slice(-200)) : undefined
}

const ownCaches = (join) => {
  try {
    return join(process.getBuiltinModule("os").homedir(), ".cache")
  } catch {
    return undefined
  }
}

/** Nothing where there is none, or none of this build, or it is not what was written. */
const read = (fs, place, build) => {
  try {
    const data = fs.readFileSync(place)
    const end = data.indexOf("\n\n")
    const [builtAs, sum, words] = data.latin1Slice(0, end).split("\n")
    const code = data.subarray(end + 2)
    return builtAs === build && sum === checksum(code) ? { code, words: words.split(" ") } : undefined
  } catch {
    return undefined
  }
}

/** As a whole or not at all. A cache that cannot be written is a slower next start and no more. */
const write = (fs, place, { build, code, words }) => {
  try {
    fs.mkdirSync(process.getBuiltinModule("path").dirname(place), { recursive: true, mode: 0o700 })
    const unfinished = `${place}.${process.pid}`
    fs.writeFileSync(unfinished, `${build}\n${checksum(code)}\n${words.join(" ")}\n\n`, { mode: 0o600 })
    fs.appendFileSync(unfinished, code)
    fs.renameSync(unfinished, place)
  } catch {}
}

/** Over a word of each sector of a disk, so that none is lost unnoticed. */
const checksum = (code) => {
  let sum = code.length
  for (let at = 0; at + 4 <= code.length; at += 512) sum = (sum * 31 + code.readInt32LE(at)) | 0
  return String(sum)
}

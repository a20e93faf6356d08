/**
 * A plugin of the bundle: work that modules do as soon as they are loaded, postponed until somebody needs it. Each of these
 * costs every start some milliseconds; what they are is measured by `npm run bench -- startup`.
 */

/** Parts of Node that take long to load and that most commands never touch. */
const slow = new Set(["node:child_process", "node:crypto", "node:http", "node:https", "node:readline"])

const namespaceImport = /^import \* as (\w+) from "(node:[\w/]+)";?$/gm

/** Reads as the module, which is loaded when a member of it is first asked for. */
const whenUsed = (module) => `new Proxy({}, { get: (_, key) => process.getBuiltinModule("${module}")[key] })`

/** One that is copied is had at once: of what is postponed there is nothing to copy. */
const had = (module, isCopied) =>
  slow.has(module) && !isCopied ? whenUsed(module) : `process.getBuiltinModule("${module}")`

const rewrites = [
  {
    file: /[\\/]platform-node[\\/]dist[\\/]internal[\\/]http\.js$/,
    from: /^const require = .*|require\("(node:https?)"\)/gm,
    to: (_, name) => (name === undefined ? "" : whenUsed(name))
  },
  {
    file: /[\\/]effect[\\/]dist[\\/]cli[\\/]CliOutput\.js$/,
    from: /new Intl\.Segmenter\(([^)]*)\)/g,
    to: (made) => `{ segment: (text) => (segmenter ??= ${made}).segment(text) };\nlet segmenter`
  }
]

export const postponing = {
  name: "postponing",
  transform(code, id) {
    const rewrite = rewrites.find(({ file }) => file.test(id))
    if (rewrite !== undefined && code.search(rewrite.from) < 0) {
      throw new Error(`${id} has changed: there is nothing to postpone in it any more, or it is written in another way`)
    }
    const rewritten = rewrite === undefined ? code : code.replaceAll(rewrite.from, rewrite.to)
    return rewritten.replaceAll(
      namespaceImport,
      (_, name, module) => `const ${name} = ${had(module, code.includes(`...${name}`))};`
    )
  }
}

#!/usr/bin/env node
// Starts opwatch. Written so that any Node can read it: too old a one gets a clear line instead of a syntax error.
// What it needs of Node it does not import: an import of `fs` alone loads streams and promises, for six milliseconds.
import { entry } from "./entry.mjs"
import { run } from "./bundle.mjs"

const oldest = [22, 19]

// These stream without end, and what they leave behind is garbage at once; V8 would rather let its heap grow than collect it.
const streaming = ["explain", "list", "log"]

const [major, minor] = process.versions.node.split(".").map(Number)
const args = process.argv.slice(2)

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(`opwatch: Node ${oldest.join(".")} or newer is needed; this is ${process.versions.node}`)
  process.exitCode = 2
} else if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
  const manifest = process.getBuiltinModule("fs").readFileSync(new URL("../package.json", import.meta.url), "utf8")
  console.log(`opwatch ${JSON.parse(manifest).version}`)
} else {
  const [command = ""] = args
  const isStreaming = streaming.includes(command)
  if (isStreaming) process.getBuiltinModule("v8").setFlagsFromString("--optimize-for-size")
  const { bundle, sources } = entry()
  if (bundle === undefined) {
    process.getBuiltinModule("module").enableCompileCache()
    import(sources)
  } else run(bundle, { command, variant: isStreaming ? "-for-size" : "" })
}

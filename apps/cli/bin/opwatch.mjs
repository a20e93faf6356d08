#!/usr/bin/env node
// Starts opwatch. Written so that any Node can read it: too old a one gets a clear line instead of a syntax error.
import { readFileSync } from "fs"
import module from "module"
import { setFlagsFromString } from "v8"
import { entry } from "./entry.mjs"

const oldest = [22, 19]

// These stream without end, and what they leave behind is garbage at once; V8 would rather let its heap grow than collect it.
const streaming = ["explain", "list", "log"]

const [major, minor] = process.versions.node.split(".").map(Number)
const args = process.argv.slice(2)

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(`opwatch: Node ${oldest.join(".")} or newer is needed; this is ${process.versions.node}`)
  process.exitCode = 2
} else if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
  console.log(`opwatch ${version}`)
} else {
  if (module.enableCompileCache) module.enableCompileCache()
  if (streaming.includes(args[0])) setFlagsFromString("--optimize-for-size")
  import(entry())
}

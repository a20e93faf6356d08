/** What is said of a defect: that it is opwatch's, and how to report it, with nothing secret in it. */
import * as Cause from "effect/Cause"
import { wantsJson } from "../CommandLine.ts"
import * as Commands from "../Commands.ts"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as Scrub from "./Scrub.ts"
import { brief, escape } from "../terminal/TerminalText.ts"
import { version } from "../Version.ts"

/**
 * For standard error, in the form of other errors: text with lines below it to paste into a report, or JSON with them in
 * its hint. With `OPWATCH_DEBUG=1` all that is known goes before it, for those who look for the bug.
 */
export const render = (cause: Cause.Cause<unknown>, circumstances: Scrub.Circumstances): string => {
  const { args, environment } = circumstances
  const scrub = Scrub.make(circumstances)
  const details = environment["OPWATCH_DEBUG"] === "1" ? indented("", scrub(Cause.pretty(cause)).split("\n")) : ""
  const errors = Cause.prettyErrors(cause).map((error) => ({
    title: brief(scrub(titleOf(error)), longest),
    frames: framesOf(error)
  }))
  const lines = [
    `opwatch ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    Scrub.shape(args, Commands.names),
    ...errors.flatMap(({ frames, title }) => [title, ...frames])
  ]
  if (wantsJson(args)) {
    const why = errors.map(({ title }) => title).join("; ")
    return `${details}${Failure.render(failure([remedy, ...lines].join("\n"), why), true)}`
  }
  return `${details}${Failure.render(failure(remedy), false)}\n${indented("    ", lines)}\n`
}

const indented = (indent: string, lines: ReadonlyArray<string>): string =>
  lines.map((line) => `${indent}${escape(line)}\n`).join("")

const failure = (hint: string, why?: string): Failure.Failure =>
  new Failure.Failure({
    code: "Defect",
    message: "this is a bug in opwatch, and no mistake of yours",
    why,
    hint,
    exitCode: ExitCode.defect
  })

const remedy =
  "please report it to the makers of opwatch, with these lines; no values of flags and no secrets are in them:"

const longest = 300
const mostFrames = 8

const titleOf = ({ message, name }: Error): string => (message === "" ? name : `${name}: ${message}`)

/** Node's own, and what is installed besides opwatch. */
const foreign = /\bnode:|[\\/]node_modules[\\/](?!opwatch[\\/])/

/** Where it happened in opwatch's own code; paths begin where they are no longer this machine's. */
const framesOf = ({ stack = "" }: Error): ReadonlyArray<string> =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && !foreign.test(line))
    .slice(0, mostFrames)
    .map((line) => `  ${line.trim().replace(/(?:file:\/\/)?[^\s()]*[\\/]/, ownPart)}`)

const ownPart = (folder: string): string =>
  /[\\/]((?:apps|packages|dist)[\\/](?!.*[\\/](?:apps|packages)[\\/]).*)/.exec(folder)?.[1] ?? ""

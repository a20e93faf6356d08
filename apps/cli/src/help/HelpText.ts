/** The help of a command as text: no line of prose is wider than the window, and what is to be pasted is never broken. */
import * as Context from "effect/Context"
import type { ArgDoc, FlagDoc, HelpDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import * as HelpTable from "./HelpTable.ts"
import { paint } from "../terminal/Palette.ts"
import * as Prose from "../terminal/Prose.ts"
import * as Signs from "../terminal/Signs.ts"
import type { Terminal } from "../terminal/Terminal.ts"

type Row = readonly [name: string, about: string]

export const render = (help: HelpDoc, terminal: Pick<Terminal, "colors" | "unicode" | "window">): string => {
  const { colors, window } = terminal
  const columns = Math.min(widest, Math.max(narrowest, window?.columns ?? withoutWindow))
  const [own, common] = [ownFlags(help).map(flagRow), commonFlags(help).map(flagRow)]
  const sections = [
    Prose.wrap(help.description, columns).join("\n"),
    section("usage", [`  ${usageOf(help)}`]),
    table("arguments", (help.args ?? []).map(argumentRow), columns),
    ...(help.subcommands ?? []).map(({ commands }) =>
      table(
        "commands",
        commands.map(({ description, name, shortDescription }) => [name, shortDescription ?? description]),
        columns
      )
    ),
    table("flags", own, columns, widthOf([...own, ...common], columns)),
    table(own.length === 0 ? "flags" : "common flags", common, columns, widthOf([...own, ...common], columns)),
    section(
      "examples",
      (help.examples ?? []).flatMap(({ command, description = "" }) => [
        `  ${paint(colors, "dim", `# ${description}`)}`,
        `  ${command}`
      ])
    ),
    ...Context.get(help.annotations, HelpTable.Tables).map(({ rows, title }) => table(title, rows, columns))
  ]
  return Signs.shown(terminal, `${sections.filter((section) => section !== "").join("\n\n")}\n`)
}

/** Longer lines are hard to read. */
const widest = 100
const narrowest = 40
const withoutWindow = 80

/** As in `opwatch wait [flags] [REF...]`. */
export const usageOf = ({ usage }: HelpDoc): string =>
  usage.replace("<subcommand>", "COMMAND").replace(/<([^>]*)>/g, "$1")

/** What a command alone has comes before what most of them have. */
export const ownFlags = ({ flags }: HelpDoc): ReadonlyArray<FlagDoc> => flags.filter(({ name }) => !shared.has(name))

export const commonFlags = ({ flags, globalFlags = [] }: HelpDoc): ReadonlyArray<FlagDoc> => [
  ...flags.filter(({ name }) => shared.has(name)),
  ...globalFlags.map((flag) => ({ ...flag, description: Option.fromUndefinedOr(globals[flag.name]) }))
]

const shared = new Set(["config", "json", "output", "quiet", "server", "source"])

const globals: Readonly<Record<string, string>> = { help: "Show this help", version: "Show the version" }

export const flagRow = ({ aliases, description, name, type }: FlagDoc): Row => {
  // What takes no value is shown without one.
  const value = /^(\[=)?boolean\]?$/.test(type) ? "" : ` ${type}`
  return [`${[`--${name}`, ...aliases].join(", ")}${value}`, Option.getOrElse(description, () => "")]
}

export const argumentRow = ({ description, name, variadic }: ArgDoc): Row => [
  variadic ? `${name}...` : name,
  Option.getOrElse(description, () => "")
]

const section = (title: string, lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? "" : [title.toUpperCase(), ...lines].join("\n")

/** Names that are longer than the column for them have their text on the next line. */
const table = (
  title: string,
  rows: ReadonlyArray<Row>,
  columns: number,
  left: number = widthOf(rows, columns)
): string =>
  section(
    title,
    rows.flatMap(([name, about]) => {
      const lines = Prose.wrap(about, columns - left).map((line) => `${" ".repeat(left)}${line}`)
      return name.length + 4 > left
        ? [`  ${name}`, ...lines]
        : [`  ${name}${(lines[0] ?? "").slice(name.length + 2)}`, ...lines.slice(1)]
    })
  )

const widthOf = (rows: ReadonlyArray<Row>, columns: number): number =>
  Math.min(Math.max(0, ...rows.map(([name]) => name.length)), Math.floor(columns / 3)) + 4

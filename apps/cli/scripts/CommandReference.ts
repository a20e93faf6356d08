/** `docs/cli.md`, made of what the commands say of themselves. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Context from "effect/Context"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import type { HelpDoc } from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Commands from "../src/Commands.ts"
import * as CommandTree from "../src/CommandTree.ts"
import { meanings } from "../src/ExitCode.ts"
import * as HelpTable from "../src/help/HelpTable.ts"
import * as HelpText from "../src/help/HelpText.ts"
import { OpenSources } from "../src/OpenSources.ts"
import * as Opwatch from "../src/Opwatch.ts"
import { Self } from "../src/help/Self.ts"
import { StandardStreams } from "../src/StandardStreams.ts"

export const markdown = Effect.gen(function* () {
  const root = yield* helpOf([])
  const commands = (yield* Effect.forEach(Commands.names, (name) => helpsOf([name]))).flat()
  return [
    "# The command line",
    "",
    "<!-- `npm run docs` writes this page from the commands themselves: change those. -->",
    "",
    ...opening,
    "",
    ...table(
      ["command", "what it does"],
      (root.subcommands ?? []).flatMap((group) =>
        group.commands.map(({ description, name, shortDescription }) => [
          `[\`${name}\`](#opwatch-${name})`,
          shortDescription ?? description
        ])
      )
    ),
    "",
    "## Flags of most commands",
    "",
    "Each command says under `--help` which of them it has.",
    "",
    ...table(["flag", "meaning"], commonFlags(commands.map(({ help }) => help)).map(coded)),
    "",
    ...commands.flatMap(({ help, name }) => section(name, help)),
    "## Exit codes",
    "",
    ...table(["code", "meaning"], [...Object.entries(meanings), ...signals]),
    "",
    ...exitCodeRules,
    "",
    ...Context.get(root.annotations, HelpTable.Tables).flatMap(({ rows, title }) => [
      `## ${title.charAt(0).toUpperCase()}${title.slice(1)}`,
      "",
      ...table(["variable", "meaning"], rows.map(coded)),
      ""
    ]),
    ...errors,
    ""
  ].join("\n")
}).pipe(
  Effect.provideService(Self, Opwatch.run),
  Effect.provide(OpenSources.layer({})),
  Effect.provide(Layer.merge(NodeServices.layer, StandardStreams.layer))
)

type Row = ReadonlyArray<string>

const opening = [
  "`opwatch COMMAND [REF...] [flags]`. A reference names one operation: `source/id`, as in `toloka/57068577e4b0bf7b07a0256f`, or the",
  "operation's whole URL; with `--source` a bare id will do. `-` reads references from standard input. Data goes to standard output,",
  "everything else to standard error."
]

const exitCodeRules = [
  "With several references the first of 2, 5, 6, 4, 8, 1, 9, 7, 3 that applies. `--any` counts only the operation that ended the wait.",
  "`get` of an operation that failed is exit code 0, for it was got; `wait` for it is 1."
]

const signals: ReadonlyArray<Row> = [
  ["129", "the terminal was closed"],
  ["130", "interrupted, as by Ctrl-C"],
  ["143", "terminated"]
]

const errors = [
  "## When something goes wrong",
  "",
  "Standard error says what, why, and what to do:",
  "",
  "```text",
  "opwatch: cloud/fhm3abc: the provider is not available",
  "  127.0.0.1:4010 did not answer: the connection was refused",
  "  ask again later; `opwatch doctor cloud` finds out what is in the way",
  "```",
  "",
  'With `--output json` or `ndjson` the same is `{"error":{"code","message","ref"?,"hint"?,"requestId"?}}` on one line. Exit code 70 is a',
  "bug in opwatch: what is printed then can be pasted into a report, for no secrets and no values of flags are in it."
]

/** What the presenter would have shown. */
const helpOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const shown: Array<HelpDoc> = []
  yield* Command.runWith(CommandTree.make(yield* Commands.all), { version: "" })([...path, "--help"]).pipe(
    Effect.provideService(CliConfig.CliConfig, { builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
    Effect.provideService(CliOutput.Presenter, {
      present: (event) => Effect.sync(() => (event._tag === "Help" ? void shown.push(event.helpDoc) : undefined))
    }),
    Effect.ignore
  )
  const [help] = shown
  return help ?? (yield* Effect.die(new Error(`no help for "opwatch ${path.join(" ")}"`)))
})

/** Of the command, and of those under it. */
const helpsOf = Effect.fnUntraced(function* (path: ReadonlyArray<string>) {
  const help = yield* helpOf(path)
  const names = (help.subcommands ?? []).flatMap(({ commands }) => commands.map(({ name }) => name))
  const under = yield* Effect.forEach(names, (name) => helpOf([...path, name]))
  return [help, ...under].map((help, index) => ({
    name: [...path, ...(index === 0 ? [] : [names[index - 1]])].join(" "),
    help
  }))
})

const commonFlags = (helps: ReadonlyArray<HelpDoc>) => {
  const rows = helps.flatMap((help) => HelpText.commonFlags(help).map(HelpText.flagRow))
  return [...new Map(rows)]
}

const section = (name: string, help: HelpDoc): ReadonlyArray<string> => [
  `## opwatch ${name}`,
  "",
  help.description,
  "",
  "```text",
  HelpText.usageOf(help),
  "```",
  "",
  ...titled(["argument", "meaning"], (help.args ?? []).map(HelpText.argumentRow)),
  ...titled(["flag", "meaning"], HelpText.ownFlags(help).map(HelpText.flagRow)),
  "```sh",
  ...(help.examples ?? []).flatMap(({ command, description }) => [`# ${description}`, command]),
  "```",
  ""
]

const titled = (heads: Row, rows: ReadonlyArray<readonly [string, string]>): ReadonlyArray<string> =>
  rows.length === 0 ? [] : [...table(heads, rows.map(coded)), ""]

const coded = ([name, about]: readonly [string, string]): Row => [`\`${name}\``, about.replaceAll("<", "\\<")]

/** As the formatter wants it: every column as wide as its widest cell. */
const table = (heads: Row, rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")))
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)))
  const line = (row: Row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [first = [], ...rest] = cells
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...rest.map(line)]
}

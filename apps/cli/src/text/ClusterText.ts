/** The runners of a cluster as a table for people, the shares of poll budgets below it, and what needs attention. */
import type { Cluster, Runner, RunnerState } from "@opwatch/core/Cluster"
import { counted } from "@opwatch/core/Counted"
import * as DurationText from "@opwatch/core/DurationText"
import * as Duration from "effect/Duration"
import * as OperationTable from "./OperationTable.ts"
import type { Line } from "../terminal/Line.ts"
import type { Style } from "../terminal/Palette.ts"
import * as Prose from "../terminal/Prose.ts"
import * as Table from "../terminal/Table.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"

/** `now` is in milliseconds since 1970. */
export const render = ({ runners, unowned }: Cluster, terminal: Terminal, now: number): string => {
  const tables = [
    tableOf(
      runnerColumns,
      runners.map((runner) => runnerRow(runner, now)),
      terminal
    ),
    tableOf(budgetColumns, budgetRows(runners), terminal)
  ]
  const cells = terminal.window?.columns ?? Infinity
  const needs = [...runners.flatMap(attention), ...withoutOwner(unowned)]
  const said = needs.map((text) => `${Prose.wrap(escape(text), cells).join("\n  ")}\n`).join("")
  return [...tables, said].filter((part) => part !== "").join("\n")
}

const tableOf = (columns: ReadonlyArray<Table.Column>, rows: ReadonlyArray<Line>, terminal: Terminal): string => {
  const table = Table.make(columns, terminal)
  return table.page(rows) + table.end()
}

const runnerColumns: ReadonlyArray<Table.Column> = [
  { title: "RUNNER" },
  { title: "STATE" },
  { title: "PARTITIONS" },
  { title: "OPERATIONS" },
  { title: "POLLS/S" },
  { title: "LAG" },
  { title: "SINCE" },
  { title: "VERSION" }
]

const runnerRow = (runner: Runner, now: number): Line => [
  { text: escape(runner.address) },
  { text: runner.state, style: styles[runner.state] },
  { text: String(runner.partitions.length) },
  { text: String(runner.operations) },
  { text: runner.pollsPerSecond.toFixed(1) },
  { text: durationOf(Math.max(runner.latenessMillis, runner.overdueMillis)) },
  { text: OperationTable.agoOf(runner.startedAt, now) },
  { text: escape(runner.version) }
]

const styles: Record<RunnerState, Style | undefined> = { alive: undefined, leaving: "yellow", lost: "red" }

const budgetColumns: ReadonlyArray<Table.Column> = [
  { title: "BUDGET OF" },
  { title: "POLLS/S AT MOST" },
  { title: "PRICE" },
  { title: "SHARES", cut: { at: "end", least: () => 12 } }
]

/** A row a source, its shares in the order of the runners; what a lost one had is nobody's. */
const budgetRows = (runners: ReadonlyArray<Runner>): ReadonlyArray<Line> => {
  const shares = runners.flatMap(({ budgets, state }) => (state === "lost" ? [] : budgets))
  return Array.from(
    Map.groupBy(shares, ({ source }) => source),
    ([source, all]) =>
      [
        source,
        all.reduce((sum, { pollsPerSecond }) => sum + pollsPerSecond, 0).toFixed(1),
        durationOf(Math.max(...all.map(({ priceMillis }) => priceMillis))),
        all.map(({ pollsPerSecond }) => pollsPerSecond.toFixed(1)).join(", ")
      ].map((text) => ({ text }))
  )
}

const attention = ({ address, silentMillis, state }: Runner): ReadonlyArray<string> =>
  state === "lost"
    ? [`${address} is lost: it has told nothing for ${durationOf(silentMillis)}, and stands here as it was then`]
    : []

const withoutOwner = (unowned: ReadonlyArray<number>): ReadonlyArray<string> =>
  unowned.length === 0
    ? []
    : [
        `${counted(unowned.length, "partition")} ${unowned.length === 1 ? "has" : "have"} no owner, and nobody polls what is in them: ${unowned.join(", ")}`
      ]

const durationOf = (millis: number): string => DurationText.format(Duration.millis(millis))

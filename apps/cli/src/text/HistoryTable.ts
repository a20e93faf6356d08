/** How long the operations of a source take, in columns for people: a line a kind. */
import * as DurationText from "@opwatch/core/DurationText"
import type { KindDurations } from "@opwatch/core/KindDurations"
import * as Duration from "effect/Duration"
import * as OperationTable from "./OperationTable.ts"
import * as Table from "../terminal/Table.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"

const columns: ReadonlyArray<Table.Column> = [
  ...OperationTable.columns.filter(({ title }) => title === "KIND"),
  { title: "ENDED" },
  { title: "HALF WITHIN" },
  { title: "9 IN 10 BETWEEN" },
  { title: "POLLS" },
  { title: "LATE" }
]

export const render = (kinds: ReadonlyArray<KindDurations>, terminal: Terminal): string => {
  const table = Table.make(columns, terminal)
  return table.page(kinds.map(rowOf)) + table.end()
}

const rowOf = (kind: KindDurations) =>
  [
    escape(kind.kind ?? "(not told)"),
    String(kind.ended),
    text(kind.medianMillis),
    `${text(kind.earliestMillis)} and ${text(kind.latestMillis)}`,
    kind.pollsPerOperation.toFixed(1),
    text(kind.latenessMillis)
  ].map((text) => ({ text }))

/** As in `1.7s`, and as other durations are written from ten seconds up. */
const text = (millis: number): string =>
  millis < 10_000 ? `${(millis / 1_000).toFixed(1)}s` : DurationText.format(Duration.millis(millis))

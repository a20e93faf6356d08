/** What is tracked, in columns for people: the operation, and what its owner said of it. */
import type { TrackedOperation } from "@opwatch/core/Tracking"
import type { Line } from "../terminal/Line.ts"
import * as OperationTable from "./OperationTable.ts"
import * as Table from "../terminal/Table.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"

const columns: ReadonlyArray<Table.Column> = [
  ...OperationTable.columns.slice(0, -1),
  { title: "LABELS", cut: { at: "end", least: () => 12 } },
  ...OperationTable.columns.slice(-1)
]

/** A table that may grow. `now` is in milliseconds since 1970. */
export const make = (terminal: Terminal) => {
  const table = Table.make(columns, terminal)
  return {
    page: (operations: ReadonlyArray<TrackedOperation>, now: number) =>
      table.page(operations.map((operation) => rowOf(operation, now))),
    end: table.end
  }
}

const rowOf = (operation: TrackedOperation, now: number): Line => {
  const cells = OperationTable.rowOf(operation, now)
  const [{ text: details = "" } = {}] = cells.slice(-1)
  const overdue = operation.overdue === true ? ["overdue"] : []
  return [
    ...cells.slice(0, -1),
    { text: escape(labelsOf(operation)) },
    { text: [...overdue, ...(details === "" ? [] : [details])].join("; ") }
  ]
}

const labelsOf = ({ labels }: TrackedOperation): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",")

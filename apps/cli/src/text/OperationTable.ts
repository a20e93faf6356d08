/** Operations in columns for people, a line each. */
import type { Operation } from "@opwatch/core/Operation"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { Line } from "../terminal/Line.ts"
import * as OperationText from "./OperationText.ts"
import { ofState } from "../terminal/Palette.ts"
import * as Table from "../terminal/Table.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"

export const columns: ReadonlyArray<Table.Column> = [
  { title: "REF" },
  { title: "STATE" },
  // The last word of the cloud's long names tells the most.
  { title: "KIND", cut: { at: "start", least: (kind) => kind.replace(/^yandex\.cloud\..*\./, "…").length } },
  { title: "AGE" },
  { title: "DETAILS", cut: { at: "end", least: () => 20 } }
]

/** A table that may grow. `now` is in milliseconds since 1970. */
export const make = (terminal: Terminal) => {
  const table = Table.make(columns, terminal)
  return {
    page: (operations: ReadonlyArray<Operation>, now: number) =>
      table.page(operations.map((operation) => rowOf(operation, now))),
    end: table.end
  }
}

/** All at once. */
export const render = (operations: ReadonlyArray<Operation>, terminal: Terminal, now: number): string => {
  const table = make(terminal)
  return table.page(operations, now) + table.end()
}

/** A cell for each column. */
export const rowOf = (operation: Operation, now: number): Line => {
  const { kind = "", partial, ref, state, submittedAt } = operation
  return [
    { text: ref },
    { text: OperationText.standing(operation), style: ofState(state, partial) },
    { text: escape(kind) },
    { text: submittedAt === undefined ? "" : agoOf(submittedAt, now) },
    { text: OperationText.details(operation).join("; ") }
  ]
}

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000]

/** As in `3m ago`; the date for what is long ago. */
export const agoOf = (time: Timestamp.Timestamp, now: number): string => {
  const age = now - Timestamp.toMillis(time)
  if (age < second) return "now"
  if (age < minute) return `${Math.floor(age / second)}s ago`
  if (age < hour) return `${Math.floor(age / minute)}m ago`
  if (age < 2 * day) return `${Math.floor(age / hour)}h ago`
  return age < 100 * day ? `${Math.floor(age / day)}d ago` : time.slice(0, 10)
}

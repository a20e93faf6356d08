/** The block that shows a wait on a terminal. Pure: rows and a window in, at most as many lines as fit out. */
import * as DurationText from "@opwatch/core/DurationText"
import type { Operation } from "@opwatch/core/Operation"
import * as Timestamp from "@opwatch/core/Timestamp"
import { displayWidth } from "effect/cli/CliOutput"
import * as Duration from "effect/Duration"
import type { Window } from "./StandardStreams.ts"
import { escape } from "./TerminalText.ts"

export interface Row {
  readonly ref: string
  /** The state, or what went wrong with the last poll. */
  readonly text: string
  readonly operation?: Operation | undefined
  readonly givenUp?: boolean
}

const spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
const barWidth = 20

/** One line a row, those that go on first; what does not fit is counted in the last line. */
export const render = (rows: ReadonlyArray<Row>, window: Window, frame: number, now: number): ReadonlyArray<string> => {
  const room = Math.max(1, window.rows - 1)
  const ordered = [...rows.filter((row) => !isOver(row)), ...rows.filter(isOver)]
  const shown = ordered.length <= room ? ordered : ordered.slice(0, room - 1)
  const refWidth = Math.max(0, ...shown.map(({ ref }) => ref.length))
  const gap = shown.some((row) => barOf(row) !== undefined) ? " ".repeat(barWidth) : ""
  const lines = shown.map((row) => cut(lineOf(row, refWidth, gap, frame, now), window.columns - 1))
  return shown.length === ordered.length ? lines : [...lines, cut(summary(ordered, shown.length), window.columns - 1)]
}

const isOver = ({ givenUp, operation }: Row): boolean => givenUp === true || operation?.done === true

const lineOf = (row: Row, refWidth: number, gap: string, frame: number, now: number): string => {
  const { operation, ref, text } = row
  const parts = [
    `${markOf(row, frame)} ${ref.padEnd(refWidth)}`,
    barOf(row) ?? gap,
    text,
    ...(operation === undefined ? [] : [ageOf(operation, now) ?? ""]),
    ...(operation?.kind === undefined ? [] : [escape(operation.kind)])
  ]
  return parts.filter((part) => part !== "").join("  ")
}

const markOf = (row: Row, frame: number): string => {
  if (!isOver(row)) return spinner[frame % spinner.length] ?? " "
  return row.operation?.state === "succeeded" && row.givenUp !== true ? "✓" : "✗"
}

const barOf = ({ operation }: Row): string | undefined => {
  if (operation?.progress === undefined || operation.done) return undefined
  const filled = Math.round((operation.progress / 100) * barWidth)
  return `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`
}

/** For how long it has been running, or how long it took. */
const ageOf = ({ done, finishedAt, startedAt, submittedAt }: Operation, now: number): string | undefined => {
  const from = startedAt ?? submittedAt
  if (from === undefined || (done && finishedAt === undefined)) return undefined
  const until = finishedAt === undefined ? now : Timestamp.toMillis(finishedAt)
  return DurationText.format(Duration.seconds(Math.floor(Math.max(0, until - Timestamp.toMillis(from)) / 1000)))
}

const summary = (rows: ReadonlyArray<Row>, shown: number): string => {
  const over = rows.filter(isOver).length
  return `  … and ${rows.length - shown} more; ${over} of ${rows.length} are over`
}

const cut = (line: string, columns: number): string => {
  let text = line
  while (displayWidth(text) > columns && text !== "") text = text.slice(0, Math.min(columns, text.length) - 1)
  return text
}

/** The line below the rows: how far the whole is. What there is no room for is left out, the least important first. */
import * as DurationText from "@opwatch/core/DurationText"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Duration from "effect/Duration"
import type { OperationState } from "@opwatch/core/OperationState"
import { type Line, type Piece, width } from "../terminal/Line.ts"
import type { Style } from "../terminal/Palette.ts"
import { timeLeft } from "../text/ExpectedEndText.ts"
import * as Signs from "../terminal/Signs.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { isOver, type Waiting } from "../waiting/Waiting.ts"

export interface View {
  readonly terminal: Terminal
  readonly frame: number
  readonly began: number
  readonly now: number
  /** How many of those that go on have no row. */
  readonly hidden: number
}

export const render = (waitings: ReadonlyArray<Waiting>, view: View): Line => {
  const { columns = 0 } = view.terminal.window ?? {}
  const signs = Signs.of(view.terminal)
  const open = waitings.filter((waiting) => !isOver(waiting))
  const left = timeLeft(lastEnd(open) - view.now)
  const parts: ReadonlyArray<Part> = [
    ...outcomes(waitings),
    ...stillOpen(open),
    ...(view.hidden === 0 ? [] : [{ text: `${signs.ellipsis} and ${view.hidden} more`, importance: 4, after: "  " }]),
    elapsed(view.now - view.began),
    ...(left === "" ? [] : [{ text: left, importance: 6, after: "  " }])
  ]
  const spinner: Piece = { text: `${signs.spinner[view.frame % signs.spinner.length] ?? ""} ` }
  const line = (most: number): Line => [spinner, ...joined(parts.filter(({ importance }) => importance <= most))]
  const fitting = parts.map(({ importance }) => importance).toSorted((a, b) => b - a)
  return line(fitting.find((most) => width(line(most)) < columns) ?? 1)
}

/** How it was when all was over, or when it was left. */
export const final = (waitings: ReadonlyArray<Waiting>, elapsedMillis: number): Line =>
  joined([...outcomes(waitings), elapsed(elapsedMillis)])

/** A part of the line; 1 is the most important one. */
interface Part extends Piece {
  readonly importance: number
  /** What stands between it and the part before. */
  readonly after: string
}

const joined = (parts: ReadonlyArray<Part>): Line =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [{ text: part.after }, part]))

const outcomes = (waitings: ReadonlyArray<Waiting>): ReadonlyArray<Part> => {
  const ended = waitings.flatMap(({ outcome }) => (outcome?._tag === "Done" ? [outcome.operation] : []))
  const inState = (state: OperationState) => ended.filter((operation) => operation.state === state).length
  return [
    { text: `${waitings.filter(isOver).length} of ${waitings.length} done`, importance: 1, after: "" },
    ...counted(inState("failed"), "failed", "red", 2),
    ...counted(inState("lost"), "lost", "red", 2),
    ...counted(waitings.filter(({ outcome }) => outcome?._tag === "Unreadable").length, "given up", "red", 2),
    ...counted(inState("cancelled"), "cancelled", "yellow", 3),
    ...counted(ended.filter(({ partial }) => partial === true).length, "in part", "yellow", 3)
  ]
}

const stillOpen = (open: ReadonlyArray<Waiting>): ReadonlyArray<Part> => [
  ...counted(open.filter(({ last }) => last?.state === "rolling_back").length, "rolling back", "yellow", 5),
  ...counted(open.filter(({ setback }) => setback !== undefined).length, "retrying", "yellow", 5)
]

const counted = (count: number, words: string, style: Style, importance: number): ReadonlyArray<Part> =>
  count === 0 ? [] : [{ text: `${count} ${words}`, style, importance, after: ", " }]

const elapsed = (millis: number): Part => ({
  text: DurationText.format(Duration.seconds(Math.floor(millis / 1_000))),
  style: "dim",
  importance: 7,
  after: "  "
})

/** When all are expected to have ended; long ago where one of them gives no time. */
const lastEnd = (open: ReadonlyArray<Waiting>): number => {
  let latest = 0
  for (const { last } of open) {
    if (last?.expectedEnd === undefined) return -Infinity
    latest = Math.max(latest, Timestamp.toMillis(last.expectedEnd))
  }
  return latest
}

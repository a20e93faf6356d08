/**
 * The block that shows a wait on a terminal. Pure: what is known and a window in, lines out, each shorter than the window is
 * wide and fewer than it is high.
 */
import type { Operation } from "@opwatch/core/Operation"
import * as Line from "../terminal/Line.ts"
import * as ProgressSummary from "./ProgressSummary.ts"
import * as ProgressTable from "./ProgressTable.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import type { Waiting } from "../waiting/Waiting.ts"

export interface View {
  readonly terminal: Terminal
  /** Counts up with each drawing. */
  readonly frame: number
  /** When the wait began and the time now, in milliseconds since 1970. */
  readonly began: number
  readonly now: number
}

/** Those that have not ended, in their order, and below them a summary where more than one is waited for. */
export const render = (waitings: ReadonlyArray<Waiting>, view: View): ReadonlyArray<string> => {
  const { now, terminal } = view
  const { columns = 0, rows = 0 } = terminal.window ?? {}
  const several = waitings.length > 1
  const room = mostLines(rows) - (several ? 1 : 0)
  if (room < 0) return []
  const open = waitings.filter(({ outcome }) => outcome === undefined)
  const shown = mostTelling(open, room)
  const lines = [
    ...ProgressTable.render(shown, { columns: columns - 1, frame: several ? undefined : view.frame, now, terminal }),
    ...(several ? [ProgressSummary.render(waitings, { ...view, hidden: open.length - shown.length })] : [])
  ]
  return lines.map((line) => Line.render(line, terminal, columns - 1))
}

/** A quarter of a window that is not small is left to those that have ended. */
const mostLines = (rows: number): number => (rows <= 8 ? rows - 1 : Math.floor(rows * 0.75))

/** What there is room for: those in trouble, then those that have run the longest. */
const mostTelling = (open: ReadonlyArray<Waiting>, room: number): ReadonlyArray<Waiting> => {
  if (open.length <= room) return open
  const ranked = open.map((waiting, index) => ({ index, rank: rankOf(waiting), since: sinceOf(waiting.last), waiting }))
  return ranked
    .toSorted((a, b) => a.rank - b.rank || (a.since < b.since ? -1 : a.since > b.since ? 1 : a.index - b.index))
    .slice(0, room)
    .toSorted((a, b) => a.index - b.index)
    .map(({ waiting }) => waiting)
}

const rankOf = ({ last, setback }: Waiting): number => {
  if (setback !== undefined || last?.state === "rolling_back" || last?.state === "unknown") return 0
  return last?.state === "running" ? 1 : 2
}

/** To be compared as text: parsing hundreds of times for each drawing would cost more than the drawing. */
const sinceOf = (last: Operation | undefined): string => last?.startedAt ?? last?.submittedAt ?? "unknown"

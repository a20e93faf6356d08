/** The rows of operations that are waited for, in columns. A narrow window has fewer of them, and at last shorter references. */
import type { Operation } from "@opwatch/core/Operation"
import * as DurationText from "@opwatch/core/DurationText"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Duration from "effect/Duration"
import { cellWidth } from "../terminal/CellWidth.ts"
import type { Line, Piece } from "../terminal/Line.ts"
import { cut, pad } from "../terminal/Line.ts"
import * as ExpectedEndText from "../text/ExpectedEndText.ts"
import { stateWords } from "../text/OperationText.ts"
import { ofState, type Style } from "../terminal/Palette.ts"
import * as Setback from "./Setback.ts"
import * as Signs from "../terminal/Signs.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"
import type { Waiting } from "../waiting/Waiting.ts"

export interface View {
  readonly terminal: Terminal
  readonly columns: number
  /** Where it is given a spinner stands in place of the mark. */
  readonly frame: number | undefined
  readonly now: number
}

export const render = (waitings: ReadonlyArray<Waiting>, view: View): ReadonlyArray<Line> => {
  const signs = Signs.of(view.terminal)
  const rows = waitings.map((waiting) => cellsOf(waiting, view, signs))
  const layout = layoutOf(rows, view.columns)
  return rows.map((row) => lineOf(row, layout, signs, view.columns))
}

/** What a row has to say. */
interface Cells {
  readonly mark: Piece
  readonly ref: string
  readonly state: Piece
  readonly progress: number | undefined
  readonly age: string
  readonly end: string
  /** How sure the end is. */
  readonly range: string
  readonly kind: string
  /** What the last poll met, where it met no answer; it stands in place of all but mark and reference. */
  readonly setback: { readonly problem: string; readonly next: string } | undefined
}

const cellsOf = ({ last, setback, target }: Waiting, { frame, now, terminal }: View, signs: Signs.Signs): Cells => {
  const state = last?.state
  const style = state === undefined ? undefined : ofState(state)
  const mark = setback === undefined ? (state ?? "asking") : "setback"
  const spinner = frame === undefined ? undefined : signs.spinner[frame % signs.spinner.length]
  return {
    mark: { text: spinner ?? signs.marks[mark], style: setback === undefined ? style : "yellow" },
    ref: target.ref,
    state: { text: state === undefined ? "asking" : stateWords[state], style: state === undefined ? "dim" : style },
    progress: last?.progress,
    age: ageOf(last, now),
    end: last === undefined ? "" : ExpectedEndText.untilEnd(last, now),
    range: last === undefined ? "" : ExpectedEndText.range(last, now),
    kind: kindOf(last, terminal),
    setback:
      setback === undefined
        ? undefined
        : {
            problem: Signs.shown(terminal, Setback.problemOf(setback.error)),
            next: `, ${Setback.againIn(wholeSeconds(setback.until - now))}`
          }
  }
}

/** What it does, or else what is said about it. */
const kindOf = ({ description = "", kind }: Partial<Operation> = {}, terminal: Terminal): string =>
  Signs.shown(terminal, escape(kind === undefined ? description : shortKind(kind)))

/** As in `CreateDisk`: the last word of the cloud's long names. */
export const shortKind = (kind: string): string =>
  kind.startsWith("yandex.cloud.") ? kind.slice(kind.lastIndexOf(".") + 1) : kind

const wholeSeconds = (millis: number): Duration.Duration => Duration.seconds(Math.max(0, Math.ceil(millis / 1_000)))

/** For how long it has been going on. */
const ageOf = (last: Operation | undefined, now: number): string => {
  const since = last?.startedAt ?? last?.submittedAt
  if (since === undefined) return ""
  return DurationText.format(Duration.seconds(Math.floor(Math.max(0, now - Timestamp.toMillis(since)) / 1_000)))
}

/** How many cells each column has; 0 where it is left out. */
interface Layout {
  readonly ref: number
  readonly state: number
  readonly bar: number
  readonly percent: number
  readonly age: number
  readonly end: number
  readonly range: number
  readonly kind: number
}

const gap = 2
const shortestRef = 8
const shortestKind = 10
const bars = [10, 20] as const
const percentWidth = "100 %".length

const layoutOf = (rows: ReadonlyArray<Cells>, columns: number): Layout => {
  const widest = (text: (row: Cells) => string) => rows.reduce((most, row) => Math.max(most, cellWidth(text(row))), 0)
  const hasProgress = rows.some(({ progress, setback }) => progress !== undefined && setback === undefined)
  const ref = widest((row) => row.ref)
  const state = widest((row) => (row.setback === undefined ? row.state.text : ""))
  const least = 2 + shortestRef + gap + state + gap + percentWidth
  const percent = hasProgress && least <= columns ? percentWidth : 0
  let room = columns - 2 - ref - [state, percent].reduce((sum, cells) => sum + (cells === 0 ? 0 : cells + gap), 0)
  const shortRef = Math.max(Math.min(ref, shortestRef), ref + Math.min(0, room))
  const take = (cells: number): number => {
    if (cells === 0 || room < cells + gap) return 0
    room -= cells + gap
    return cells
  }
  const age = take(widest((row) => row.age))
  const shortBar = take(hasProgress ? bars[0] : 0)
  const end = take(widest((row) => row.end))
  const kinds = widest((row) => row.kind)
  const kind = take(Math.min(kinds, Math.max(shortestKind, room - gap)))
  const longer = bars[1] - bars[0]
  const bar = shortBar > 0 && room >= longer ? bars[1] : shortBar
  room -= bar - shortBar
  const range = take(widest((row) => row.range))
  return { ref: shortRef, state, percent, age, bar, end, range, kind }
}

const lineOf = (row: Cells, layout: Layout, signs: Signs.Signs, columns: number): Line => {
  const { mark, progress, setback } = row
  const { ellipsis } = signs
  const begin: Line = [mark, { text: ` ${pad(tail(row.ref, layout.ref, ellipsis), layout.ref)}` }]
  if (setback !== undefined) {
    const room = Math.max(0, columns - 2 - layout.ref - gap - setback.next.length)
    return [
      ...begin,
      { text: `${" ".repeat(gap)}${cut(setback.problem, room, ellipsis)}${setback.next}`, style: "yellow" }
    ]
  }
  const column = (text: string, cells: number, style?: Style): Line =>
    cells === 0 ? [] : [{ text: " ".repeat(gap) }, { text: pad(text, cells), style }]
  return [
    ...begin,
    ...column(row.state.text, layout.state, row.state.style),
    ...column(progress === undefined ? "" : barOf(progress, layout.bar, signs), layout.bar),
    ...column(progress === undefined ? "" : `${Math.floor(progress)} %`.padStart(layout.percent), layout.percent),
    ...column(row.age.padStart(layout.age), layout.age, "dim"),
    ...column(row.end, layout.end),
    ...column(row.range, layout.range, "dim"),
    ...column(cut(row.kind, layout.kind, ellipsis), layout.kind, "dim")
  ]
}

const barOf = (progress: number, cells: number, { empty, full }: Signs.Signs): string => {
  const filled = Math.round((progress / 100) * cells)
  return full.repeat(filled) + empty.repeat(cells - filled)
}

/** References differ in their ends. */
const tail = (ref: string, cells: number, ellipsis: string): string =>
  ref.length <= cells
    ? ref
    : `${ellipsis}${ref.slice(ref.length - Math.max(0, cells - ellipsis.length))}`.slice(0, cells)

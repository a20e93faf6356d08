/**
 * Columns for people, a line a row. On a terminal there is a header, and what is wider than the window is cut and said to
 * be; in a pipe there is neither, as with `gh`: each line is one thing, to be counted, sorted and handed on.
 */
import { cellWidth } from "./CellWidth.ts"
import * as Line from "./Line.ts"
import * as Signs from "./Signs.ts"
import type { Terminal } from "./Terminal.ts"

export interface Column {
  readonly title: string
  readonly cut?: {
    /** Which end may go. */
    readonly at: "start" | "end"
    /** How many cells of a text are better kept. */
    readonly least: (text: string) => number
  }
}

/** A table that may grow page by page; the first page settles how wide the columns are. */
export const make = (columns: ReadonlyArray<Column>, terminal: Terminal) => {
  const { ellipsis } = Signs.of(terminal)
  const window = terminal.window?.columns
  let widths: ReadonlyArray<number> | undefined
  let isCut = false

  const fitted = (text: string, column: Column, width: number): string => {
    if (column.cut === undefined || window === undefined || cellWidth(text) <= width) return text
    isCut = true
    return column.cut.at === "end" ? Line.cut(text, width, ellipsis) : cutStart(text, width, ellipsis)
  }

  const lineOf = (row: Line.Line, widths: ReadonlyArray<number>): string => {
    const cells = columns.map((column, index) => {
      const { style, text = "" } = row[index] ?? {}
      const width = widths[index] ?? 0
      return { text: Line.pad(fitted(text, column, width), width), style }
    })
    const shown = cells.filter(({ text }) => text !== "")
    return `${Line.render(
      shown.flatMap((cell, index) => (index === 0 ? [cell] : [gap, cell])),
      terminal
    )}\n`
  }

  return {
    page: (rows: ReadonlyArray<Line.Line>): string => {
      const whole = terminal.unicode
        ? rows
        : rows.map((row) => row.map((cell) => ({ ...cell, text: Signs.toAscii(cell.text) })))
      if (widths !== undefined || rows.length === 0) return whole.map((row) => lineOf(row, widths ?? [])).join("")
      const header = window === undefined ? [] : [columns.map(({ title }) => ({ text: title }))]
      const natural = columns.map((_, index) => widest(whole, index))
      const titled = natural.map((width, index) => (width === 0 ? 0 : Math.max(width, widest(header, index))))
      const least = columns.map(({ cut }, index) =>
        cut === undefined ? Infinity : whole.reduce((most, row) => Math.max(most, cut.least(row[index]?.text ?? "")), 0)
      )
      const settled = window === undefined ? titled : fit(titled, least, window)
      widths = settled
      const shown = header.map((row) => row.map((cell, index) => (settled[index] === 0 ? { text: "" } : cell)))
      return [...shown, ...whole].map((row) => lineOf(row, settled)).join("")
    },
    /** What is to be said below the table. */
    end: (): string => {
      if (!isCut) return ""
      const text = `Cut to fit the window (${ellipsis}); --json has all of it.`
      return `${Line.render([{ text, style: "dim" }], terminal)}\n`
    }
  }
}

/** As `Line.cut`, with the end of the text kept. */
const cutStart = (text: string, cells: number, ellipsis: string): string => {
  const characters = [...text]
  let start = characters.length
  for (let left = cells - ellipsis.length; start > 0; start -= 1) {
    left -= cellWidth(characters[start - 1] ?? "")
    if (left < 0) break
  }
  return `${ellipsis.slice(0, cells)}${characters.slice(start).join("")}`
}

const gap = { text: "  " }

const widest = (rows: ReadonlyArray<Line.Line>, column: number): number =>
  rows.reduce((most, row) => Math.max(most, cellWidth(row[column]?.text ?? "")), 0)

const shortest = 12

/**
 * Cuts columns to what is better kept of them, the first one first. Where that is not enough the last of them is left out,
 * but before that befalls the only one it is cut to the shortest.
 */
const fit = (widths: ReadonlyArray<number>, least: ReadonlyArray<number>, window: number): ReadonlyArray<number> => {
  const [cut, excess] = shrink(widths, least, window)
  if (excess <= 0) return cut
  const yielding = [...widths.keys()].filter((column) => least[column] !== Infinity && widths[column] !== 0)
  const last = yielding.at(-1)
  if (last === undefined) return widths
  const isOnly = yielding.length === 1 && (least[last] ?? 0) > shortest
  return isOnly ? fit(widths, least.with(last, shortest), window) : fit(widths.with(last, 0), least, window)
}

/** The widths, and how many cells too many they still are. */
const shrink = (widths: ReadonlyArray<number>, least: ReadonlyArray<number>, window: number) => {
  const gaps = gap.text.length * (widths.filter((width) => width > 0).length - 1)
  let excess = gaps + widths.reduce((sum, width) => sum + width, 0) - window
  const cut = widths.map((width, column) => {
    const spared = Math.max(0, Math.min(excess, width - (least[column] ?? 0)))
    excess -= spared
    return width - spared
  })
  return [cut, excess] as const
}

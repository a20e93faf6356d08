/** A line for a terminal, put together of pieces: it is measured and cut first, and coloured last. */
import { cellWidth, startOf } from "./CellWidth.ts"
import { paint, type Style } from "./Palette.ts"
import * as Signs from "./Signs.ts"
import type { Terminal } from "./Terminal.ts"

export interface Piece {
  /** Without control characters. */
  readonly text: string
  readonly style?: Style | undefined
}

export type Line = ReadonlyArray<Piece>

/** In cells. */
export const width = (line: Line): number => line.reduce((sum, { text }) => sum + cellWidth(text), 0)

/** Followed by spaces until it takes so many cells. */
export const pad = (text: string, cells: number): string => text + " ".repeat(Math.max(0, cells - cellWidth(text)))

/** No wider than so many cells; what is cut ends with `ellipsis`. */
export const cut = (text: string, cells: number, ellipsis: string): string =>
  cellWidth(text) <= cells ? text : `${startOf(text, cells - ellipsis.length)}${ellipsis.slice(0, Math.max(0, cells))}`

/** As it is written on this terminal, without spaces at its end, and no wider than so many cells. */
export const render = (line: Line, { colors, unicode }: Terminal, cells = Infinity): string => {
  const { ellipsis } = Signs.of({ unicode })
  const pieces = line.map((piece) => (unicode ? piece : { ...piece, text: Signs.toAscii(piece.text) }))
  const whole = pieces.slice(0, pieces.findLastIndex(({ text }) => text.trim() !== "") + 1)
  const last = whole.at(-1)
  const trimmed = last === undefined ? [] : [...whole.slice(0, -1), { ...last, text: last.text.trimEnd() }]
  return cutPieces(trimmed, cells, ellipsis)
    .map(({ style, text }) => paint(colors, style, text))
    .join("")
}

const cutPieces = (pieces: Line, cells: number, ellipsis: string): Line => {
  if (width(pieces) <= cells) return pieces
  const kept: Array<Piece> = []
  let left = cells
  for (const piece of pieces) {
    const taken = cellWidth(piece.text)
    if (taken >= left) {
      kept.push({ ...piece, text: cut(`${piece.text} `, left, ellipsis) })
      break
    }
    kept.push(piece)
    left -= taken
  }
  return kept
}

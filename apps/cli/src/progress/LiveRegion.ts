/**
 * The lines at the bottom of a terminal that are written over while something lasts. What is to be written comes out as
 * text; nothing is written here.
 *
 * The cursor is hidden and rests at the start of the row below the lines: whatever else is shown there, as the terminal's
 * `^C`, is cleared with them, and what comes after begins at the first column. Lines that are all shorter than the window is
 * wide keep to one row each until it gets narrower; how many rows they then take follows from their widths.
 */
import { cellWidth } from "../terminal/CellWidth.ts"
import type { Terminal } from "../terminal/Terminal.ts"

export interface LiveRegion {
  /** Shows these lines in place of those before, below `above`, which stays. Without lines the region is gone. */
  readonly draw: (terminal: Terminal, lines: ReadonlyArray<string>, above?: string) => string
  /** Text that stays, above the region. */
  readonly write: (terminal: Terminal, text: string) => string
  /** Takes the region off the screen while something else writes there; `put` brings it back. */
  readonly lift: (terminal: Terminal) => string
  readonly put: (terminal: Terminal) => string
  /** To be used when the screen is no longer as it was left: the next drawing begins anew. */
  readonly forget: () => void
  readonly isShown: () => boolean
}

const beginUpdate = "\u001b[?2026h"
const endUpdate = "\u001b[?2026l"
const hideCursor = "\u001b[?25l"
const showCursor = "\u001b[?25h"

export const make = (): LiveRegion => {
  let lines: ReadonlyArray<string> = []
  /** What the screen has of them. */
  let drawn: ReadonlyArray<string> = []
  let columns = 0
  let isHidden = false
  let isLifted = false

  const clear = (terminal: Terminal) => {
    const height = heightOf(drawn, terminal)
    drawn = []
    return `\r${height === 0 ? "" : `\u001b[${height}A`}\u001b[J`
  }

  const drawAll = (terminal: Terminal, above: string) => {
    const cleared = clear(terminal)
    drawn = lines
    columns = terminal.window?.columns ?? 0
    return `${cleared}${above}${lines.map((line) => `${line}\n`).join("")}`
  }

  const drawChanges = () => {
    const first = lines.findIndex((line, index) => line !== drawn[index])
    if (first < 0) return ""
    const changed = lines
      .slice(first)
      .map((line, index) => (line === drawn[first + index] ? "\n" : `${line}\u001b[K\n`))
    drawn = lines
    return `\u001b[${lines.length - first}A\r${changed.join("")}`
  }

  const draw = (terminal: Terminal, next: ReadonlyArray<string>, above = "") => {
    lines = next
    if (isLifted) return above
    if (next.length === 0) {
      const cleared = drawn.length === 0 ? "" : clear(terminal)
      const show = isHidden ? showCursor : ""
      isHidden = false
      return `${cleared}${above}${show}`
    }
    const isInPlace = isHidden && above === "" && drawn.length === next.length && columns === terminal.window?.columns
    const text = isInPlace ? drawChanges() : drawAll(terminal, above)
    if (text === "") return ""
    const hide = isHidden ? "" : hideCursor
    isHidden = true
    return `${beginUpdate}${hide}${text}${endUpdate}`
  }

  return {
    draw,
    write: (terminal, text) => draw(terminal, lines, text),
    lift: (terminal) => {
      if (isLifted) return ""
      isLifted = true
      return isHidden ? clear(terminal) : ""
    },
    put: (terminal) => {
      isLifted = false
      return draw(terminal, lines)
    },
    forget: () => {
      drawn = []
      isHidden = false
    },
    isShown: () => isHidden
  }
}

/** How many rows the lines take by now. */
const heightOf = (lines: ReadonlyArray<string>, { reflows, window }: Terminal): number => {
  if (!reflows || window === undefined) return lines.length
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(cellWidth(withoutStyle(line)) / window.columns)), 0)
}

// oxlint-disable-next-line eslint/no-control-regex
const withoutStyle = (line: string): string => line.replace(/\u001b\[\d+m/g, "")

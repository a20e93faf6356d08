/** Sentences on a terminal: broken into lines at spaces, never within a word, which may be something to paste. */
import { cellWidth } from "./CellWidth.ts"

/** Lines longer than this are hard to read. */
const widest = 100
const narrowest = 20

/** Lines of no more cells than that, but for words that are longer. Without a limit the text stays on one line. */
export const wrap = (text: string, cells: number): ReadonlyArray<string> => {
  if (cells === Infinity) return [text]
  const most = Math.min(widest, Math.max(narrowest, cells))
  const lines: Array<string> = []
  let line = ""
  for (const [word] of text.matchAll(/\s*\S+/g)) {
    if (line !== "" && cellWidth(line) + cellWidth(word) > most) {
      lines.push(line)
      line = word.trimStart()
    } else line += word
  }
  return [...lines, line]
}

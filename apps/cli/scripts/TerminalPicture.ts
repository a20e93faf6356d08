/** What a terminal shows, as an SVG picture: text that can be selected, in a window that stands on light and dark pages. */
import type { IBuffer, IBufferCell } from "@xterm/headless"

const cell = { width: 8.4, height: 18 }
const margin = 16
const titleBar = 32

const normal = ["#3f4451", "#ef6b73", "#8cc265", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0"]
const bright = ["#5c6370", "#ff8088", "#a5e075", "#f0d399", "#7cc3ff", "#de91f2", "#6fd3df", "#ffffff"]

const colors = {
  window: "#16181d",
  edge: "#3a3f4b",
  text: "#d7dae0",
  dim: "#8b919d",
  buttons: ["#ff5f57", "#febc2e", "#28c840"],
  /** The terminal's sixteen. */
  palette: [normal, bright].flat()
}

/** The rows of the buffer from one to before another; `title` names the picture for those who do not see it. */
export const render = (title: string, buffer: IBuffer, from: number, to: number): string => {
  const rows = Array.from({ length: to - from }, (_, index) => runsOf(buffer, from + index))
  const columns = Math.max(...rows.flatMap((runs) => runs.map(({ cells, column }) => column + cells)))
  const width = Math.ceil(2 * margin + columns * cell.width)
  const height = titleBar + margin + rows.length * cell.height
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${colors.window}" stroke="${colors.edge}"/>`,
    ...colors.buttons.map((color, index) => `<circle cx="${20 + index * 18}" cy="17" r="5.5" fill="${color}"/>`),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${colors.text}">`,
    ...rows.map((runs, row) => lineOf(runs, titleBar + (row + 0.75) * cell.height)),
    "</g>",
    "</svg>",
    ""
  ].join("\n")
}

/** Cells side by side that look alike; a gap of two cells or more ends one, and so does a character that fonts may lack. */
interface Run {
  readonly column: number
  readonly cells: number
  readonly text: string
  readonly color: string | undefined
  readonly isPlain: boolean
}

const runsOf = (buffer: IBuffer, row: number): ReadonlyArray<Run> => {
  const line = buffer.getLine(row)
  const runs: Array<Run> = []
  for (let column = 0; column < (line?.length ?? 0); column += 1) {
    const found = line?.getCell(column)
    if (found === undefined || found.getWidth() === 0) continue
    const text = found.getChars()
    const last = runs.at(-1)
    const [color, cells, isPlain] = [colorOf(found), found.getWidth(), /^[ -~]*$/.test(text)]
    const gap = last === undefined ? undefined : column - (last.column + last.cells)
    if (text === "" || text === " ") continue
    if (last !== undefined && last.color === color && last.isPlain === isPlain && (gap === 0 || gap === 1)) {
      runs[runs.length - 1] = {
        ...last,
        cells: last.cells + gap + cells,
        text: `${last.text}${" ".repeat(gap)}${text}`
      }
    } else runs.push({ column, cells, text, color, isPlain })
  }
  return runs
}

const colorOf = (cell: IBufferCell): string | undefined => {
  if (cell.isFgPalette()) return colors.palette[cell.getFgColor()]
  return cell.isDim() ? colors.dim : undefined
}

const lineOf = (runs: ReadonlyArray<Run>, y: number): string =>
  runs.length === 0 ? "" : `<text y="${y.toFixed(1)}" xml:space="preserve">${runs.map(runOf).join("")}</text>`

/** Each run has its place and its length, so that columns stay columns in whatever font there is. */
const runOf = ({ cells, color, column, text }: Run): string => {
  const fill = color === undefined ? "" : ` fill="${color}"`
  const x = (margin + column * cell.width).toFixed(1)
  return `<tspan x="${x}" textLength="${(cells * cell.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"${fill}>${escape(text)}</tspan>`
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" }

const escape = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character] ?? character)

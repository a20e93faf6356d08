/** A checked source as a block for people: a line a check with a mark, remedies below. */
import { paint, type Style } from "../terminal/Palette.ts"
import * as Prose from "../terminal/Prose.ts"
import * as Signs from "../terminal/Signs.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { escape } from "../terminal/TerminalText.ts"
import type { Check, CheckedSource } from "./Check.ts"

export const block =
  (terminal: Terminal) =>
  ({ checks, source }: CheckedSource): string =>
    [escape(source), ...checks.flatMap((check) => lines(check, terminal)), "", ""].join("\n")

const marks: Record<Check["status"], readonly [mark: string, style: Style]> = {
  ok: ["ok", "green"],
  warning: [" !", "yellow"],
  failed: ["!!", "red"],
  skipped: ["--", "dim"]
}

const lines = ({ check, detail, remedy, status }: Check, terminal: Terminal): ReadonlyArray<string> => {
  const [mark, style] = marks[status]
  const cells = (terminal.window?.columns ?? Infinity) - indent.length - 1
  const said = [status === "skipped" ? `skipped: ${detail}` : detail, ...(remedy === undefined ? [] : [remedy])]
  const [first = "", ...rest] = said.flatMap((text) => Prose.wrap(Signs.shown(terminal, escape(text)), cells))
  return [
    `  ${paint(terminal.colors, style, mark)}  ${check.padEnd(widest)}  ${first}`,
    ...rest.map((line) => `${indent}${line}`)
  ]
}

const widest = "configuration".length
const indent = " ".repeat("  ok  ".length + widest + "  ".length)

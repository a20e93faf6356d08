/** An operation that has ended, as it stays on the terminal above those that go on. */
import type { Operation } from "@opwatch/core/Operation"
import * as Line from "../terminal/Line.ts"
import * as OperationText from "../text/OperationText.ts"
import { ofState, type Style } from "../terminal/Palette.ts"
import { shortKind } from "./ProgressTable.ts"
import * as Signs from "../terminal/Signs.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import { brief, escape } from "../terminal/TerminalText.ts"

const longestError = 200

/** With the references of all that are waited for, of so many cells, in one column. */
export const of = (operation: Operation, refWidth: number, terminal: Terminal): Line.Line => {
  const { error, kind, partial, ref, state } = operation
  const style = ofState(state, partial)
  const detail = (text: string | undefined, style?: Style): Line.Line =>
    text === undefined ? [] : [{ text: "  " }, { text, style }]
  return [
    { text: Signs.of(terminal).marks[state], style },
    { text: ` ${Line.pad(ref, refWidth)}  ` },
    { text: OperationText.stateWords[state].padEnd("succeeded".length), style },
    ...detail(OperationText.tookOf(operation)?.padStart("59m59s".length), "dim"),
    ...detail(kind === undefined ? undefined : escape(shortKind(kind)), "dim"),
    ...detail(partial === true ? "in part" : undefined, style),
    ...detail(OperationText.itemsOf(operation)),
    ...detail(error === undefined ? undefined : brief(`${error.code}: ${error.message}`, longestError))
  ]
}

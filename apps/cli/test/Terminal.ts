/** Runs the command in a real pseudo-terminal, and reads what a terminal would show of it. */
import pty from "@lydell/node-pty"
import xterm from "@xterm/headless"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../bin/opwatch.mjs", import.meta.url))

export interface Options {
  readonly columns?: number
  readonly rows?: number
  readonly environment?: Record<string, string>
  /** A command for `sh`, in which `"$@"` is opwatch and its arguments. */
  readonly script?: string
}

/** How long a test waits for what is to be shown. */
const patience = 60_000

/** What a terminal that can do everything says of itself. */
const usual = { TERM: "xterm-256color", LANG: "C.UTF-8" }

/** A session in a terminal of 80 columns and 24 rows unless told otherwise. It is killed when the scope closes. */
export const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Options = {}) {
  const { columns: cols = 80, environment = {}, rows = 24, script } = options
  const terminal = new xterm.Terminal({ cols, rows, scrollback: 1_000, allowProposedApi: true })
  const state = { isCursorVisible: true, output: "" }
  const onCursor = (isVisible: boolean) => (parameters: ReadonlyArray<number | ReadonlyArray<number>>) => {
    if (parameters.includes(25)) state.isCursorVisible = isVisible
    return false
  }
  terminal.parser.registerCsiHandler({ prefix: "?", final: "h" }, onCursor(true))
  terminal.parser.registerCsiHandler({ prefix: "?", final: "l" }, onCursor(false))

  const command = [process.execPath, bin, ...args]
  const [file = "", ...rest] = script === undefined ? command : ["/bin/sh", "-c", script, "sh", ...command]
  const env = { PATH: process.env["PATH"] ?? "", ...usual, ...environment }
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => pty.spawn(file, rest, { cols, rows, env })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  child.onData((data) => {
    state.output += data
    terminal.write(data)
  })
  const exited = new Promise<number>((resolve) =>
    child.onExit(({ exitCode, signal = 0 }) =>
      terminal.write("", () => resolve(signal === 0 ? exitCode : 128 + signal))
    )
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => terminal.dispose()))

  const { active: buffer } = terminal.buffer
  const lines = (from: number, to: number) =>
    Array.from(
      { length: Math.max(0, to - from) },
      (_, index) => buffer.getLine(from + index)?.translateToString(true) ?? ""
    )
  const screen = () =>
    lines(buffer.baseY, buffer.baseY + terminal.rows)
      .join("\n")
      .trimEnd()

  /** Until the window shows what is looked for; fails when that can no longer be, or takes too long. */
  const until = (isShown: (screen: string) => boolean) =>
    Effect.promise(
      () =>
        new Promise<void>((resolve, reject) => {
          const check = () => {
            if (isShown(screen())) settle(resolve)
          }
          const giveUp = () =>
            settle(() => reject(new Error(`the screen is not as looked for by ${isShown}:\n${screen()}`)))
          const subscription = terminal.onWriteParsed(check)
          const timer = setTimeout(giveUp, patience)
          const settle = (how: () => void) => {
            subscription.dispose()
            clearTimeout(timer)
            how()
          }
          void exited.then(giveUp)
          check()
        })
    )

  return {
    pid: child.pid,
    buffer,
    /** All that was written, as it came. */
    output: () => state.output,
    /** What the window shows, and with it what has gone off its top. */
    screen,
    everything: () =>
      lines(0, buffer.baseY + terminal.rows)
        .join("\n")
        .trimEnd(),
    isCursorVisible: () => state.isCursorVisible,
    cursorColumn: () => buffer.cursorX,
    until,
    says: (text: string) => until((shown) => shown.includes(text)),
    type: (text: string) => Effect.sync(() => child.write(text)),
    /** As a window is: what it shows is moved first, and then the program is told. */
    resize: (columns: number, rows: number) =>
      Effect.sync(() => {
        terminal.resize(columns, rows)
        child.resize(columns, rows)
      }),
    kill: (signal: string) => Effect.sync(() => child.kill(signal)),
    ended: Effect.promise(() => exited)
  }
})

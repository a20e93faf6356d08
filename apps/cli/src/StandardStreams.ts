/** Standard input, output and error. Data goes to `write`, everything said to people goes to `notify` and `draw`. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { writeSync } from "node:fs"
import { buffer } from "node:stream/consumers"
import { isatty } from "node:tty"
import { isInForeground } from "./progress/Foreground.ts"
import * as LiveRegion from "./progress/LiveRegion.ts"
import * as StandardInput from "./StandardInput.ts"
import * as Suspension from "./progress/Suspension.ts"
import * as Terminal from "./terminal/Terminal.ts"

/** The reader of standard output has gone: there is nobody left to write for. */
export class OutputClosed extends Data.TaggedError("OutputClosed") {}

/** Standard input cannot be read. */
export class InputUnreadable extends Data.TaggedError("InputUnreadable")<{ readonly message: string }> {}

/** Standard output cannot be written, as on a full disk: what was to be there is not. */
export class OutputUnwritable extends Data.TaggedError("OutputUnwritable")<{ readonly message: string }> {}

export type WriteError = OutputClosed | OutputUnwritable

export class StandardStreams extends Context.Service<
  StandardStreams,
  {
    /** All of standard input. */
    readonly read: Effect.Effect<string, InputUnreadable>
    /** Whether somebody types standard input. */
    readonly isTyped: Effect.Effect<boolean>
    /** Done once the text has been handed over, so a slow reader slows the writer. */
    readonly write: (text: string) => Effect.Effect<void, WriteError>
    /** Never fails: with standard error gone there is nobody to tell. */
    readonly notify: (text: string) => Effect.Effect<void>
    /**
     * Shows these lines below all else that is said, in place of those before, until they are replaced or taken away by
     * drawing none; `above` stays above them. Only for a standard error that `redraws`.
     */
    readonly draw: (lines: ReadonlyArray<string>, above?: string) => Effect.Effect<void>
    /** What standard output is shown on, as it is now. */
    readonly output: Effect.Effect<Terminal.Terminal>
    /** What standard error is shown on, as it is now. */
    readonly error: Effect.Effect<Terminal.Terminal>
  }
>()("@opwatch/cli/StandardStreams") {
  static readonly layer = Layer.sync(StandardStreams, () => {
    // A failed write is told to its callback; without a listener the stream's error event would end the process.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})
    process.on("exit", takeAway)
    const say = (text: () => string) =>
      Effect.callback<void>((resume) => {
        const said = text()
        Suspension.allow(region.isShown() ? suspension : undefined)
        if (said === "") resume(Effect.void)
        else process.stderr.write(said, () => resume(Effect.void))
      })
    return {
      read: Effect.tryPromise({
        try: async () => StandardInput.decode(await buffer(process.stdin)),
        catch: (cause) => new InputUnreadable({ message: `standard input cannot be read: ${String(cause)}` })
      }),
      isTyped: Effect.sync(() => isatty(0)),
      write: (text) =>
        Effect.callback((resume) => {
          const isShared = process.stdout.isTTY && region.isShown()
          if (isShared) process.stderr.write(region.lift(terminalOf(process.stderr)))
          process.stdout.write(text, (error) => {
            if (isShared && text.endsWith("\n")) process.stderr.write(region.put(terminalOf(process.stderr)))
            resume(error ? Effect.fail(writeError(error)) : Effect.void)
          })
        }),
      notify: (text) => say(() => region.write(terminalOf(process.stderr), text)),
      draw: (lines, above) => say(() => region.draw(terminalOf(process.stderr), isInForeground() ? lines : [], above)),
      output: Effect.sync(() => terminalOf(process.stdout)),
      error: Effect.sync(() => terminalOf(process.stderr))
    }
  })
}

const terminalOf = Terminal.make(process.env, process.platform)

/** What is drawn on standard error, of which the process has one. */
const region = LiveRegion.make()

/** Takes what is drawn off the terminal there and then, for when the process ends. */
export const takeAway = (): void => {
  if (!region.isShown()) return
  try {
    writeSync(process.stderr.fd, region.draw(terminalOf(process.stderr), []))
  } catch {
    // The terminal itself has gone.
  }
}

const suspension = { before: takeAway, after: region.forget }

const writeError = (error: NodeJS.ErrnoException): WriteError =>
  error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED"
    ? new OutputClosed()
    : new OutputUnwritable({ message: `standard output cannot be written: ${error.code ?? error.message}` })

/** Standard input, output and error. Data goes to `write`, everything said to people goes to `notify`. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { text } from "node:stream/consumers"

/** The reader of standard output has gone: there is nobody left to write for. */
export class OutputClosed extends Data.TaggedError("OutputClosed") {}

/** Standard input cannot be read. */
export class InputUnreadable extends Data.TaggedError("InputUnreadable")<{ readonly message: string }> {}

/** Standard output cannot be written, as on a full disk: what was to be there is not. */
export class OutputUnwritable extends Data.TaggedError("OutputUnwritable")<{ readonly message: string }> {}

export type WriteError = OutputClosed | OutputUnwritable

export interface Window {
  readonly columns: number
  readonly rows: number
}

export class StandardStreams extends Context.Service<
  StandardStreams,
  {
    /** All of standard input. */
    readonly read: Effect.Effect<string, InputUnreadable>
    /** Done once the text has been handed over, so a slow reader slows the writer. */
    readonly write: (text: string) => Effect.Effect<void, WriteError>
    /** Never fails: with standard error gone there is nobody to tell. */
    readonly notify: (text: string) => Effect.Effect<void>
    /** The window that standard error is shown in, where it is a terminal that can be drawn on. */
    readonly window: Effect.Effect<Window | undefined>
  }
>()("@opwatch/cli/StandardStreams") {
  static readonly layer = Layer.sync(StandardStreams, () => {
    // A failed write is told to its callback; without a listener the stream's error event would end the process.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})
    return {
      read: Effect.tryPromise({
        try: () => text(process.stdin),
        catch: (cause) => new InputUnreadable({ message: `standard input cannot be read: ${String(cause)}` })
      }),
      write: (text) =>
        Effect.callback((resume) => {
          process.stdout.write(text, (error) => resume(error ? Effect.fail(writeError(error)) : Effect.void))
        }),
      notify: (text) =>
        Effect.callback((resume) => {
          process.stderr.write(text, () => resume(Effect.void))
        }),
      window: Effect.sync(() =>
        process.stderr.isTTY && process.env["TERM"] !== "dumb"
          ? { columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 }
          : undefined
      )
    }
  })
}

const writeError = (error: NodeJS.ErrnoException): WriteError =>
  error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED"
    ? new OutputClosed()
    : new OutputUnwritable({ message: `standard output cannot be written: ${error.code ?? error.message}` })

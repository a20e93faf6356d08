/**
 * What is said on standard error while operations are waited for: a block that is written over on a terminal, lines
 * elsewhere, and nothing where quiet is wanted.
 */
import * as Effect from "effect/Effect"
import type { Target } from "../Asked.ts"
import type { Format } from "../Output.ts"
import * as ProgressLines from "./ProgressLines.ts"
import * as ProgressLive from "./ProgressLive.ts"
import { StandardStreams } from "../StandardStreams.ts"
import type { Listener, Waiting } from "../waiting/Waiting.ts"

export interface Options {
  readonly targets: ReadonlyArray<Target>
  /** All that is known, at any moment. */
  readonly all: () => ReadonlyArray<Waiting>
  readonly format: Format
  readonly several: boolean
  readonly quiet: boolean
  /** What standard output is given while it lasts: each operation as it ends, or each change. */
  readonly written: "nothing" | "ends" | "changes"
}

export interface Progress extends Listener {
  /** Whether the end of this one stands on the screen already, where the answer of the command would only repeat it. */
  readonly hasTold: (target: Target) => boolean
}

/** Lasts as long as the scope. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const streams = yield* StandardStreams
  const output = yield* streams.output
  const error = yield* streams.error
  if (options.quiet) return silent
  // Pieces of one JSON document do not end with a line, so nothing can be drawn below them.
  const isInTheWay = options.written === "changes" && options.format === "json" && output.window !== undefined
  return error.redraws && !isInTheWay ? yield* ProgressLive.make(options) : yield* ProgressLines.make(options)
})

const silent: Progress = { onEvent: () => Effect.void, onOutcome: () => Effect.void, hasTold: () => false }

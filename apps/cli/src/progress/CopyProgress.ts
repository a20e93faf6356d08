/** How far a copy of a store is: a line that is written over on a terminal, and nothing elsewhere. */
import type { Progress } from "@opwatch/store/StoreCopy"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { StandardStreams } from "../StandardStreams.ts"
import * as Line from "../terminal/Line.ts"

/** Gives what is to be told of each step. The line is gone when the scope closes. */
export const make = Effect.fnUntraced(function* (quiet: boolean) {
  const streams = yield* StandardStreams
  if (quiet || !(yield* streams.error).redraws) return () => Effect.void
  let latest: Progress | undefined
  const draw = Effect.gen(function* () {
    const terminal = yield* streams.error
    const columns = terminal.window?.columns ?? Infinity
    yield* streams.draw(latest === undefined ? [] : [Line.render([{ text: textOf(latest) }], terminal, columns - 1)])
  })
  yield* Effect.addFinalizer(() => streams.draw([]))
  yield* Effect.forkScoped(Effect.repeat(draw, Schedule.spaced("125 millis")))
  return (progress: Progress) => Effect.sync(() => void (latest = progress))
})

const textOf = ({ count, done, rows, step }: Progress): string => `${step} ${rows}: ${done} of ${count}`

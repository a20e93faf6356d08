/** Progress on a terminal: the block, and for good above it what has ended, in the order in which it did. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schedule from "effect/Schedule"
import * as Failure from "../failure/Failure.ts"
import * as Line from "../terminal/Line.ts"
import type { Options, Progress } from "./Progress.ts"
import * as ProgressBlock from "./ProgressBlock.ts"
import * as ProgressSummary from "./ProgressSummary.ts"
import * as SettledLine from "./SettledLine.ts"
import * as Signs from "../terminal/Signs.ts"
import { StandardStreams } from "../StandardStreams.ts"
import type { Terminal } from "../terminal/Terminal.ts"
import type { Outcome } from "../waiting/Waiting.ts"

/** What is over before is not worth a block. */
const delay = "100 millis"
/** Between two drawings; the spinner of many stands alone in the last line and may be slower. */
const pauseOf = (several: boolean) => (several ? "250 millis" : "125 millis")

/** The block is gone from the terminal when the scope closes. */
export const make = Effect.fnUntraced(function* ({ all, format, several, targets, written }: Options) {
  const streams = yield* StandardStreams
  const output = yield* streams.output
  const began = yield* Clock.currentTimeMillis
  const settles = several && (written === "nothing" || output.window === undefined)
  const refWidth = Math.max(0, ...targets.map(({ ref }) => ref.length))
  const told = new Set<string>()
  /** Ended since the last drawing. */
  let ended: Array<Outcome> = []
  let frame = 0

  const settled = (terminal: Terminal): string => {
    const outcomes = ended
    ended = []
    return Signs.shown(terminal, textOf(outcomes, refWidth, terminal))
  }
  const draw = Effect.gen(function* () {
    frame += 1
    const terminal = yield* streams.error
    const block = ProgressBlock.render(all(), { terminal, frame, began, now: yield* Clock.currentTimeMillis })
    yield* streams.draw(block, settled(terminal))
  })
  yield* Effect.addFinalizer((exit) =>
    Effect.gen(function* () {
      const terminal = yield* streams.error
      const elapsed = (yield* Clock.currentTimeMillis) - began
      const summary = `${Line.render(ProgressSummary.final(all(), elapsed), terminal)}\n`
      yield* streams.draw([], settled(terminal) + (settles && Exit.isSuccess(exit) ? summary : ""))
    })
  )
  yield* Effect.forkScoped(Effect.delay(Effect.repeat(draw, Schedule.spaced(pauseOf(several))), delay))
  return {
    onEvent: () => Effect.void,
    onOutcome: ({ ref }, outcome) =>
      Effect.sync(() => {
        if (!settles || outcome._tag === "TimedOut") return
        ended.push(outcome)
        // With text, the answer on the same terminal would be these lines again; errors would be, wherever it goes.
        if (format === "text" && (outcome._tag === "Unreadable" || output.window !== undefined)) told.add(ref)
      }),
    hasTold: ({ ref }) => told.has(ref)
  } satisfies Progress
})

/** As they stay on the terminal; what could not be read for the same reason is told together. */
const textOf = (outcomes: ReadonlyArray<Outcome>, refWidth: number, terminal: Terminal): string => {
  const lines = outcomes.flatMap((outcome) =>
    outcome._tag === "Done" ? [Line.render(SettledLine.of(outcome.operation, refWidth, terminal), terminal), "\n"] : []
  )
  const failures = outcomes.flatMap((outcome) => (outcome._tag === "Unreadable" ? [Failure.from(outcome.error)] : []))
  return lines.join("") + Failure.renderAll(failures)
}

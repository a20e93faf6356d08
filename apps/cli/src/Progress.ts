/**
 * What a wait says on standard error while it lasts: on a terminal a block that is drawn over and over, elsewhere a line for
 * each change and each setback.
 */
import type { Operation } from "@opwatch/core/Operation"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Target } from "./Asked.ts"
import * as Failure from "./Failure.ts"
import * as ProgressBlock from "./ProgressBlock.ts"
import * as Setback from "./Setback.ts"
import { StandardStreams } from "./StandardStreams.ts"
import { escape } from "./TerminalText.ts"
import { stateWords } from "./OperationText.ts"
import type { Listener } from "./Waiting.ts"

/** The block, drawn only where `live`, is gone from the terminal when the scope closes. */
export const make = Effect.fnUntraced(function* (targets: ReadonlyArray<Target>, live: boolean) {
  const streams = yield* StandardStreams
  return live && (yield* streams.window) !== undefined ? yield* block(streams, targets) : lines(streams)
})

const lines = (streams: StandardStreams["Service"]): Listener => {
  const said = new Map<string, string>()
  const say = (ref: string, text: string) => {
    if (said.get(ref) === text) return Effect.void
    said.set(ref, text)
    return streams.notify(`${ref}: ${text}\n`)
  }
  return {
    onEvent: ({ ref }, event) => {
      if (event._tag === "Observed") return say(ref, stateLine(event.operation))
      said.delete(ref)
      return say(ref, Setback.describe(event))
    },
    onOutcome: ({ ref }, outcome) =>
      outcome._tag === "Unreadable" ? say(ref, `given up: ${escape(Failure.from(outcome.error).message)}`) : Effect.void
  }
}

/** As in `running, 40 %`. */
export const stateLine = ({ done, partial, progress, state }: Operation): string =>
  `${stateWords[state]}${partial === true ? " in part" : ""}${progress === undefined || done ? "" : `, ${progress} %`}`

const block = Effect.fnUntraced(function* (streams: StandardStreams["Service"], targets: ReadonlyArray<Target>) {
  const rows = new Map<string, ProgressBlock.Row>(targets.map(({ ref }) => [ref, { ref, text: "asking" }]))
  let height = 0
  let frame = 0
  const clear = () => (height === 0 ? "" : `\r\u001b[${height}A\u001b[J`)
  const draw = Effect.gen(function* () {
    const window = yield* streams.window
    if (window === undefined) return
    const now = yield* Clock.currentTimeMillis
    const drawn = ProgressBlock.render([...rows.values()], window, frame, now)
    const text = `${clear()}${drawn.map((line) => `${line}\n`).join("")}`
    height = drawn.length
    frame += 1
    yield* streams.notify(text)
  })
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      const text = clear()
      height = 0
      return streams.notify(text)
    })
  )
  yield* Effect.forkScoped(Effect.repeat(draw, Schedule.spaced("120 millis")))
  const listener: Listener = {
    onEvent: ({ ref }, event) =>
      Effect.sync(() => {
        const row = rows.get(ref)
        rows.set(
          ref,
          event._tag === "Observed"
            ? { ref, text: stateLine(event.operation), operation: event.operation }
            : { ...row, ref, text: Setback.describe(event) }
        )
      }),
    onOutcome: ({ ref }, outcome) =>
      Effect.sync(() => {
        if (outcome._tag === "Unreadable") {
          rows.set(ref, { ref, text: `given up: ${escape(outcome.error.message)}`, givenUp: true })
        }
      })
  }
  return listener
})

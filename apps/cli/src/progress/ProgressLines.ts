/** Progress for a file, a pipe or a job's log: a line with the time for each change and each setback. */
import type { Operation } from "@opwatch/core/Operation"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Failure from "../failure/Failure.ts"
import * as ExpectedEndText from "../text/ExpectedEndText.ts"
import * as OperationText from "../text/OperationText.ts"
import { ofState, paint } from "../terminal/Palette.ts"
import type { Options, Progress } from "./Progress.ts"
import * as Setback from "./Setback.ts"
import { StandardStreams } from "../StandardStreams.ts"
import { escape } from "../terminal/TerminalText.ts"
import { isOver } from "../waiting/Waiting.ts"

const minute = 60_000
/** The longest silence: what runs jobs takes those that say nothing for dead. */
const longestSilence = 5 * minute
/** Before this a setback that is just like the last one is not told again. */
const repeatSetbackAfter = 10 * minute

export const make = Effect.fnUntraced(function* ({ all, several, written }: Options) {
  const streams = yield* StandardStreams
  const { colors } = yield* streams.error
  let lastSaid = yield* Clock.currentTimeMillis
  const saidOf = new Map<string, { readonly text: string; readonly at: number }>()

  const sayLine = (text: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      lastSaid = now
      return streams.notify(`${new Date(now).toISOString().slice(0, 19)}Z  ${text}\n`)
    })
  /** Unless the same was said of it last, and not so long ago. */
  const say = (ref: string, text: string, more = "", repeatedAfter = Infinity) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      const said = saidOf.get(ref)
      if (said?.text === text && at - said.at < repeatedAfter) return Effect.void
      saidOf.set(ref, { text, at })
      return sayLine(`${ref}: ${text}${more}`)
    })

  const stillWaiting = (now: number) => {
    const waitings = all()
    const [first] = waitings
    if (first === undefined) return Effect.void
    if (several) return sayLine(`still waiting: ${waitings.filter(isOver).length} of ${waitings.length} done`)
    const { last, setback, target } = first
    const known = last && `${standingOf(last, colors)}${leftOf(last, now)}`
    const standing = setback === undefined ? known : Setback.problemOf(setback.error)
    return sayLine([`${target.ref}: still waiting`, ...(standing === undefined ? [] : [standing])].join("; "))
  }
  const breakSilence = Effect.flatMap(Clock.currentTimeMillis, (now) =>
    now - lastSaid >= longestSilence ? stillWaiting(now) : Effect.void
  )
  yield* Effect.forkScoped(Effect.repeat(breakSilence, Schedule.spaced("10 seconds")))

  const note = Effect.map(Clock.currentTimeMillis, (now) => void (lastSaid = now))
  return {
    onEvent: ({ ref }, event) => {
      if (event._tag === "Setback") {
        const more = `, ${Setback.againIn(event.nextPollIn)}`
        return say(ref, Setback.problemOf(event.error), more, repeatSetbackAfter)
      }
      const { operation } = event
      if (written !== "changes") {
        return Effect.flatMap(Clock.currentTimeMillis, (now) =>
          say(ref, standingOf(operation, colors), leftOf(operation, now))
        )
      }
      saidOf.delete(ref)
      return event.changed ? note : Effect.void
    },
    onOutcome: ({ ref }, outcome) =>
      outcome._tag === "Unreadable" && written !== "changes"
        ? say(ref, `given up: ${escape(Failure.toJson(Failure.from(outcome.error)).message)}`)
        : Effect.void,
    hasTold: () => false
  } satisfies Progress
})

const standingOf = (operation: Operation, colors: boolean): string =>
  paint(colors, ofState(operation.state, operation.partial), OperationText.standing(operation))

const leftOf = (operation: Operation, now: number): string => {
  const left = ExpectedEndText.left(operation, now)
  return left === "" ? "" : `, ${left}`
}

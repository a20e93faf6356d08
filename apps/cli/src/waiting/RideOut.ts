/** What a wait must ask before it can begin: it rides that out too, as long as a poll, and says so. */
import * as Backoff from "@opwatch/core/Backoff"
import * as DurationText from "@opwatch/core/DurationText"
import { isRetryable, type ProviderError } from "@opwatch/core/ProviderError"
import * as Watch from "@opwatch/core/Watch"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import * as GoesOn from "./GoesOn.ts"
import * as Output from "../Output.ts"
import * as Remark from "../Remark.ts"
import * as Setback from "../progress/Setback.ts"
import { StandardStreams } from "../StandardStreams.ts"
import { escape } from "../terminal/TerminalText.ts"

export interface Terms {
  readonly timeout: Option.Option<Duration.Duration>
  readonly giveUpAfter: Option.Option<Duration.Duration>
}

export interface Beginning extends Terms {
  readonly format: Output.Format
  /** What setbacks are said of. */
  readonly subject: string
  /** What to say where the wait ends before there is an answer, as in `what is unfinished on … is not known`. */
  readonly unknown: string
  /** The command that does the same again, with its flags. */
  readonly again: ReadonlyArray<string>
}

/** Gives what `ask` gives in the end. Interrupted, or when time is up, it says how to begin anew. */
export const rideOut = Effect.fnUntraced(function* <A, R>(
  ask: Effect.Effect<A, ProviderError, R>,
  { again, format, giveUpAfter, subject, timeout, unknown }: Beginning
) {
  const streams = yield* StandardStreams
  const left = (code: "WaitTimedOut" | "Interrupted", why: string) =>
    new Failure.Failure({
      code,
      message: `${why}; ${unknown}`,
      exitCode: ExitCode.timedOut,
      hint: `resume with: ${GoesOn.commandLine(again)}`
    })
  const asked = untilAnswered(ask, { giveUpAfter, subject })
  const inTime = Option.match(timeout, {
    onNone: () => asked,
    onSome: (duration) => {
      const failure = left("WaitTimedOut", `time ran out after ${DurationText.format(duration)}`)
      return Effect.timeoutOrElse(asked, { duration, orElse: () => Effect.fail(failure) })
    }
  })
  return yield* Effect.onInterrupt(inTime, () =>
    streams.notify(Failure.render(left("Interrupted", "interrupted"), Output.isJson(format)))
  )
})

/** Asks again while what is in the way may pass, and says so. */
export const untilAnswered = <A, R>(
  ask: Effect.Effect<A, ProviderError, R>,
  { giveUpAfter, subject }: Pick<Beginning, "giveUpAfter" | "subject">
) => {
  const longest = Duration.toMillis(Option.getOrElse(giveUpAfter, () => Watch.defaultGiveUpAfter))
  return Effect.retry(ask, ($) =>
    $(Schedule.forever).pipe(
      Schedule.while(({ elapsed, input }) => isRetryable(input) && elapsed < longest),
      Schedule.addDelay(({ attempt, elapsed, input }) =>
        Effect.tap(Backoff.delay(attempt, input), (nextPollIn) => {
          const setback = Watch.Setback({ error: input, failingFor: Duration.millis(elapsed), nextPollIn })
          return Remark.say(`${escape(subject)}: ${Setback.describe(setback)}`)
        })
      )
    )
  )
}

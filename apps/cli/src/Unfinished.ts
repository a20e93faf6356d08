/** What is unfinished on a resource, as operations to wait for. Operations that begin later are not among them. */
import * as Backoff from "@opwatch/core/Backoff"
import * as DurationText from "@opwatch/core/DurationText"
import * as Operations from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { isRetryable } from "@opwatch/core/ProviderError"
import { providerOf } from "@opwatch/core/Sources"
import * as Watch from "@opwatch/core/Watch"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Asked from "./Asked.ts"
import { ExitCode } from "./ExitCode.ts"
import * as Failure from "./Failure.ts"
import * as GoesOn from "./GoesOn.ts"
import { OpenSources } from "./OpenSources.ts"
import * as Output from "./Output.ts"
import * as Setback from "./Setback.ts"
import { StandardStreams } from "./StandardStreams.ts"
import { escape } from "./TerminalText.ts"

export interface Options {
  readonly resource: string
  readonly timeout: Option.Option<Duration.Duration>
  readonly giveUpAfter: Option.Option<Duration.Duration>
}

export const open = Effect.fnUntraced(function* (input: Omit<Asked.Input, "refs">, options: Options) {
  const format = yield* Asked.formatOf(input)
  const sources = yield* (yield* OpenSources)(Option.getOrUndefined(input.config))
  const source = yield* Asked.sourceOf(input.source)
  if (source === undefined) {
    return yield* Failure.usage("MissingOption", "--resource needs --source", "as in --source cloud")
  }
  const provider = yield* providerOf(sources, { source })
  const streams = yield* StandardStreams
  const left = (code: "WaitTimedOut" | "Interrupted", why: string) => notKnown(code, why, options.resource, input)
  const listed = Effect.onInterrupt(yield* listing(provider, options), () =>
    streams.notify(Failure.render(left("Interrupted", "interrupted"), Output.isJson(format)))
  )
  const operations = yield* Option.match(options.timeout, {
    onNone: () => listed,
    onSome: (duration) => {
      const failure = left("WaitTimedOut", `time ran out after ${DurationText.format(duration)}`)
      return Effect.timeoutOrElse(listed, { duration, orElse: () => Effect.fail(failure) })
    }
  })
  if (operations.length === 0) yield* streams.notify(`nothing is unfinished on ${escape(options.resource)}\n`)
  const targets = operations.map((operation) => ({
    ref: operation.ref,
    reference: Operations.reference(operation),
    provider
  }))
  return { targets, refs: targets.map(({ ref }) => ref), several: true, format } satisfies Asked.Asked
})

/** The list, asked for again while that may help, and said so: a wait rides out what passes. */
const listing = Effect.fnUntraced(function* (provider: Provider, { giveUpAfter, resource }: Options) {
  const streams = yield* StandardStreams
  const longest = Duration.toMillis(Option.getOrElse(giveUpAfter, () => Watch.defaultGiveUpAfter))
  return Stream.runCollect(provider.list({ resource, done: false })).pipe(
    Effect.retry(($) =>
      $(Schedule.forever).pipe(
        Schedule.while(({ elapsed, input }) => isRetryable(input) && elapsed < longest),
        Schedule.addDelay(({ attempt, elapsed, input }) =>
          Effect.tap(Backoff.delay(attempt, input), (nextPollIn) => {
            const setback = Watch.Setback({ error: input, failingFor: Duration.millis(elapsed), nextPollIn })
            return streams.notify(`${escape(resource)}: ${Setback.describe(setback)}\n`)
          })
        )
      )
    )
  )
})

const notKnown = (
  code: "WaitTimedOut" | "Interrupted",
  why: string,
  resource: string,
  { config, source }: Pick<Asked.Input, "config" | "source">
): Failure.Failure =>
  new Failure.Failure({
    code,
    message: `${why}; what is unfinished on ${resource} is not known`,
    exitCode: ExitCode.timedOut,
    hint: `resume with: ${GoesOn.commandLine(["wait", ...GoesOn.flag("--config", config), ...GoesOn.flag("--source", source), "--resource", resource])}`
  })

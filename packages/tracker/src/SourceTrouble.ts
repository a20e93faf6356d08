/** Tells the log once when polls of a source begin to fail for its own sake, and once when it answers again. */
import * as DurationText from "@opwatch/core/DurationText"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { SourceName } from "@opwatch/core/Reference"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Monotonic from "./Monotonic.ts"

export interface SourceTrouble {
  /** What became of the request of a poll. */
  readonly note: (exit: Exit.Exit<unknown, ProviderError>) => Effect.Effect<void>
}

/** So many in a row, and no answer for so long: what fails now and then is counted, not told. */
const fewest = 3
const shortest = 10_000

export const make = (source: SourceName): Effect.Effect<SourceTrouble> =>
  Effect.map(Clock.Clock, (clock) => {
    let failures = 0
    let since = 0
    let isTold = false

    const failed = (error: ProviderError) => {
      const now = Monotonic.millis(clock)
      if (failures === 0) since = now
      failures += 1
      if (isTold || failures < fewest || now - since < shortest) return Effect.void
      isTold = true
      return Effect.annotateLogs(Effect.logWarning(`polls of ${source} fail: ${error.message}`), {
        source,
        reason: error.reason._tag,
        ...(error.requestId !== undefined && { requestId: error.requestId })
      })
    }
    const answered = () => {
      const wasTold = isTold
      failures = 0
      isTold = false
      if (!wasTold) return Effect.void
      const lasted = DurationText.format(Duration.millis(Monotonic.millis(clock) - since))
      return Effect.annotateLogs(Effect.logInfo(`${source} answers polls again, after ${lasted}`), { source })
    }

    return {
      note: (exit) => {
        if (Exit.hasInterrupts(exit) || Exit.hasDies(exit)) return Effect.void
        const error = Option.getOrUndefined(Exit.findErrorOption(exit))
        return error !== undefined && ofSource(error) ? failed(error) : answered()
      }
    }
  })

/** Whether it is about the source, and not about one operation or the number of requests. */
const ofSource = ({ reason }: ProviderError): boolean => {
  switch (reason._tag) {
    case "Unavailable":
    case "MalformedAnswer":
    case "Unauthenticated":
    case "Redirected":
    case "Misconfigured":
      return true
    default:
      return false
  }
}

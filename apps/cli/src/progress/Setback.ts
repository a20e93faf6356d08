/** A poll that failed and is tried again, in words. */
import * as DurationText from "@opwatch/core/DurationText"
import type { ProviderError } from "@opwatch/core/ProviderError"
import type { WatchEvent } from "@opwatch/core/Watch"
import type * as Duration from "effect/Duration"
import { brief } from "../terminal/TerminalText.ts"

export type Setback = Extract<WatchEvent, { readonly _tag: "Setback" }>

/** As in `throttled, again in 4s`. */
export const describe = ({ error, nextPollIn }: Setback): string => `${problemOf(error)}, ${againIn(nextPollIn)}`

/** As in `again in 4s`. */
export const againIn = (pause: Duration.Duration): string => `again in ${DurationText.format(pause)}`

/** As in `throttled`. */
export const problemOf = (error: ProviderError): string => {
  switch (error.reason._tag) {
    case "Throttled":
      return "throttled"
    case "OperationNotFound":
      return "not found yet"
    default:
      return brief(error.message, 200)
  }
}

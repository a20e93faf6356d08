/** What is logged goes to standard error, in the form of opwatch's own messages; standard output is for data. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scrub from "./Scrub.ts"
import { StandardStreams } from "../StandardStreams.ts"
import { escape } from "../terminal/TerminalText.ts"

/** One line a message; a cause, which only the server logs, stands below it without the secrets of this process. */
export const line = ({ cause, message }: Pick<Logger.Options<unknown>, "cause" | "message">): string => {
  const text = (Array.isArray(message) ? message : [message]).map(String).join(" ")
  const scrub = Scrub.make({ args: process.argv.slice(2), environment: process.env })
  return `opwatch: ${escape(text)}\n${cause.reasons.length === 0 ? "" : `${scrub(Cause.pretty(cause))}\n`}`
}

export const layer = Layer.unwrap(
  Effect.map(StandardStreams, ({ notify }) =>
    Logger.layer([Logger.make((options) => Effect.runFork(notify(line(options))))])
  )
)

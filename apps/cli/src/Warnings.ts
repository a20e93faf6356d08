/** What is logged goes to standard error, in the form of opwatch's own messages; standard output is for data. */
import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"
import { escape } from "./TerminalText.ts"

/** One line a message; a cause, which only the server logs, stands below it. */
export const line = ({ cause, message }: Pick<Logger.Options<unknown>, "cause" | "message">): string => {
  const text = (Array.isArray(message) ? message : [message]).map(String).join(" ")
  return `opwatch: ${escape(text)}\n${cause.reasons.length === 0 ? "" : `${Cause.pretty(cause)}\n`}`
}

export const layer = Logger.layer([Logger.make((options) => void process.stderr.write(line(options)))])

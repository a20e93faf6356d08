/** One step of a log as text for people: a line, and below it a line for each error. */
import type { LogStep, StepError } from "@opwatch/core/LogStep"
import { brief, escape } from "../terminal/TerminalText.ts"

export const render = (step: LogStep): string => {
  const { created, errors = [], index, item, success, type } = step
  const parts = [
    `#${index}`,
    ...(item === undefined ? [] : [`item ${item}`]),
    escape(type),
    success ? "ok" : "failed",
    ...(created === undefined ? subjectOf(step) : [escape(`${created.type} ${created.id}`)])
  ]
  return [parts.join("  "), ...errors.map((error) => `    ${errorLine(error)}`), ""].join("\n")
}

const longest = 200

/** What a step was about, where it is no item of the caller's and created nothing. */
const subjectOf = ({ input, item }: LogStep): ReadonlyArray<string> => {
  if (input === undefined || item !== undefined) return []
  const whole = escape(JSON.stringify(input))
  return [whole.length <= longest ? whole : `${brief(whole, longest)} (cut; --json has all of it)`]
}

const errorLine = ({ code, field, message }: StepError): string =>
  escape(`${field === undefined ? "" : `${field}: `}${code}: ${message}`)

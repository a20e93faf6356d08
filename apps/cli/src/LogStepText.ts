/** One step of a log as text for people: a line, and below it a line for each error. */
import type { LogStep, StepError } from "@opwatch/core/LogStep"
import { escape } from "./TerminalText.ts"

export const render = ({ created, errors = [], index, item, success, type }: LogStep): string => {
  const parts = [
    `#${index}`,
    ...(item === undefined ? [] : [`item ${item}`]),
    escape(type),
    success ? "ok" : "failed",
    ...(created === undefined ? [] : [escape(`${created.type} ${created.id}`)])
  ]
  return [parts.join("  "), ...errors.map((error) => `    ${errorLine(error)}`), ""].join("\n")
}

const errorLine = ({ code, field, message }: StepError): string =>
  escape(`${field === undefined ? "" : `${field}: `}${code}: ${message}`)

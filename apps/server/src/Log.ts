/**
 * What the server says on standard error, one entry a line: `OPWATCH_LOG_FORMAT` makes it `text` for people or `json` for
 * programs, and `OPWATCH_LOG_LEVEL` says what is worth it. Text of others in it is data, not terminal control.
 */
import { InvalidSetting } from "@opwatch/http/ListenAddress"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { LogLevel } from "effect/LogLevel"
import * as References from "effect/References"

type Environment = Readonly<Record<string, string | undefined>>

const levels: Readonly<Record<string, LogLevel>> = {
  error: "Error",
  warn: "Warn",
  info: "Info",
  debug: "Debug",
  none: "None"
}

/** Whether entries are JSON. */
const IsJson = Context.Reference<boolean>("@opwatch/server/Log/IsJson", { defaultValue: () => false })

/** `scrub` is given what went wrong inside, to take out what is secret. A level that is not set stays what it was. */
export const layer = (
  environment: Environment,
  scrub: (text: string) => string = (text) => text
): Layer.Layer<never, InvalidSetting> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const format = environment["OPWATCH_LOG_FORMAT"] || "text"
      const level = environment["OPWATCH_LOG_LEVEL"] || undefined
      if (format !== "text" && format !== "json") {
        return yield* new InvalidSetting({ name: "OPWATCH_LOG_FORMAT", value: format, expected: "it is text or json" })
      }
      const minimum = level === undefined ? undefined : levels[level.toLowerCase()]
      if (level !== undefined && minimum === undefined) {
        const expected = `it is one of ${Object.keys(levels).join(", ")}`
        return yield* new InvalidSetting({ name: "OPWATCH_LOG_LEVEL", value: level, expected })
      }
      const write = format === "json" ? json : text
      const logger = Logger.withConsoleError(Logger.make((entry) => write(entryOf(entry, scrub))))
      return Layer.mergeAll(
        Logger.layer([logger]),
        Layer.succeed(IsJson, format === "json"),
        minimum === undefined ? Layer.empty : Layer.succeed(References.MinimumLogLevel, minimum)
      )
    })
  )

/** Tells whoever started the server, in text by words of their own. */
export const say = (message: string, inText: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.flatMap(IsJson, (isJson) => (isJson ? Effect.logInfo(message) : inText))

/** Says why the process ends, in text as commands do. */
export const fail = (message: string): Effect.Effect<void> =>
  Effect.flatMap(IsJson, (isJson) => (isJson ? Effect.logFatal(message) : Console.error(`opwatch: ${message}`)))

interface Entry {
  readonly time: string
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  /** What went wrong; with its stack, where it is a mistake in opwatch. */
  readonly error: string | undefined
}

const entryOf = (
  { cause, date, fiber, logLevel, message }: Logger.Options<unknown>,
  scrub: (text: string) => string
): Entry => {
  const parts = Array.isArray(message) ? message : [message]
  const errors = [
    ...parts.filter((part) => part instanceof Error).map(stackOf),
    ...cause.reasons.map((reason) =>
      Cause.isFailReason(reason) ? messageOf(reason.error) : Cause.pretty(Cause.fromReasons([reason]))
    )
  ]
  return {
    time: date.toISOString(),
    level: logLevel.toLowerCase(),
    message: parts.filter((part) => !(part instanceof Error)).join(" "),
    fields: fiber.getRef(References.CurrentLogAnnotations),
    error: errors.length === 0 ? undefined : scrub(errors.join("\n"))
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const stackOf = (error: Error): string => error.stack ?? error.message

const json = ({ error, fields, level, message, time }: Entry): string =>
  escape(JSON.stringify({ time, level, message, ...fields, ...(error !== undefined && { error }) }))

const text = ({ error, fields, level, message, time }: Entry): string => {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${escape(String(value))}`)
  const lines = error?.split("\n").map(escape) ?? []
  const first = `${time} ${level} ${escape(message)}${rest.join("")}`
  return lines.length === 1 ? `${first}: ${lines.join("")}` : [first, ...lines.map((line) => `    ${line}`)].join("\n")
}

/** Control characters, line breaks and what turns the direction of writing. */
const control = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

const escape = (text: string): string =>
  text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)

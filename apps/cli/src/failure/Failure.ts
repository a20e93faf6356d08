/** Every way in which a request or a command goes wrong, as people and scripts are told: what, why, and what to do. */
import type { InvalidReference, UnknownSource } from "@opwatch/core/Reference"
import type { ProviderError, Reason } from "@opwatch/core/ProviderError"
import type { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import type { CliError, ShowHelp } from "effect/cli/CliError"
import * as Data from "effect/Data"
import { ExitCode } from "../ExitCode.ts"
import { nearest, question } from "../help/Nearest.ts"
import * as RequestFailure from "./RequestFailure.ts"
import type { OutputUnwritable } from "../StandardStreams.ts"
import { escape, escapeJson } from "../terminal/TerminalText.ts"

/** `message` is a sentence without the reference, `why` goes on where it ends, and `hint` says what to do about it. */
export class Failure extends Data.TaggedError("Failure")<{
  readonly code: string
  readonly message: string
  readonly exitCode: ExitCode
  readonly why?: string | undefined
  readonly ref?: string | undefined
  readonly hint?: string | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
}> {}

/** The command line or what it names is wrong. */
export const usage = (code: string, message: string, hint?: string, why?: string): Failure =>
  new Failure({ code, message, exitCode: ExitCode.usage, why, hint })

/** The command has said everything and ends with this exit code, one of its own or that of a program it ran. */
export class Ended extends Data.TaggedError("Ended")<{ readonly exitCode: number }> {}

/** What a command may fail with, short of a `Failure`. */
export type Foreign =
  | ProviderError
  | InvalidReference
  | UnknownSource
  | ConfigurationError
  | OutputUnwritable
  | Exclude<CliError, ShowHelp>

export const from = (error: Foreign | Failure): Failure => {
  switch (error._tag) {
    case "Failure":
      return error
    case "ProviderError":
      return new Failure({
        ...RequestFailure.of(error),
        code: error.reason._tag,
        exitCode: exitCodes[error.reason._tag],
        ref: error.ref,
        requestId: error.requestId,
        traceId: error.traceId
      })
    case "InvalidReference":
      return usage(
        error._tag,
        `"${error.input}" is not a reference to an operation`,
        rightReference(error),
        error.expected
      )
    case "UnknownSource": {
      const { known, source } = error
      const hint = question(nearest(source, known)) ?? "`opwatch sources` tells about them"
      return usage(error._tag, `there is no source "${source}"`, hint, `the known ones are ${known.join(", ")}`)
    }
    default:
      return usage(error._tag, error.message)
  }
}

const rightReference = ({ expected, input }: InvalidReference): string | undefined => {
  const text = input.trim()
  const asked = /^([a-z][a-z0-9-]*\/[\w.~-]+):cancel$/.exec(text)?.[1]
  if (asked !== undefined) return `to cancel it: opwatch cancel ${asked}`
  if (/^https?:/i.test(text)) return "`opwatch sources` shows the URLs of the known ones"
  if (/^[\w-]+(\.[\w-]+)+(:\d+)?\//.test(text)) return `if that is a URL: https://${text}`
  const plain = text.replace(/^[A-Za-z][\w-]*(?=\/[\w.~-]+$)/, (name) => name.toLowerCase().replaceAll("_", "-"))
  if (plain !== text) return `did you mean ${plain}?`
  return expected.includes("toloka/")
    ? undefined
    : "as in toloka/57068577e4b0bf7b07a0256f, or the whole URL of an operation"
}

const exitCodes: Record<Reason["_tag"], ExitCode> = {
  OperationNotFound: ExitCode.notFound,
  Unauthenticated: ExitCode.notAllowed,
  Forbidden: ExitCode.notAllowed,
  Throttled: ExitCode.unreachable,
  Unavailable: ExitCode.unreachable,
  MalformedAnswer: ExitCode.unreachable,
  Redirected: ExitCode.unreachable,
  Rejected: ExitCode.unreachable,
  Unsupported: ExitCode.unsupported,
  InvalidQuery: ExitCode.usage,
  Misconfigured: ExitCode.usage
}

/** The fields that scripts see. */
export const toJson = ({ code, hint, message, ref, requestId, why }: Failure) => ({
  code,
  message: why === undefined ? message : `${message}: ${why}`,
  ref,
  hint,
  requestId
})

/** For standard error: a JSON object on a line of its own, or lines for people: what, why, what to do, ids. */
export const render = (failure: Failure, asJson: boolean): string =>
  asJson ? `${escapeJson(JSON.stringify({ error: toJson(failure) }))}\n` : renderAlike([failure])

/** For people: those that differ in nothing but their references are told together. */
export const renderAll = (failures: Iterable<Failure>): string => {
  const groups = new Map<string, [Failure, ...Array<Failure>]>()
  for (const failure of failures) {
    const key = JSON.stringify([failure.message, failure.why, failure.hint])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [failure])
    else group.push(failure)
  }
  return [...groups.values()].map(renderAlike).join("")
}

const renderAlike = (failures: readonly [Failure, ...ReadonlyArray<Failure>]): string => {
  const [{ hint, message, why }] = failures
  const refs = failures.flatMap(({ ref }) => (ref === undefined || message.includes(ref) ? [] : [ref]))
  const ids = failures.flatMap(({ requestId, traceId }) => [
    ...(requestId === undefined ? [] : [`request id ${requestId}`]),
    ...(traceId === undefined ? [] : [`trace id ${traceId}`])
  ])
  return [
    `opwatch: ${escape(`${firstOf(refs)}${refs.length === 0 ? "" : ": "}${message}`)}`,
    ...(why === undefined ? [] : [`  ${escape(why)}`]),
    ...(hint === undefined ? [] : [`  ${escape(hint)}`]),
    ...(ids.length === 0 ? [] : [`  for the provider's support: ${escape(firstOf(ids))}`]),
    ""
  ].join("\n")
}

const mostNamed = 3

const firstOf = (names: ReadonlyArray<string>): string => {
  const unique = [...new Set(names)]
  const named = unique.slice(0, mostNamed).join(", ")
  return unique.length > mostNamed ? `${named} and ${unique.length - mostNamed} more` : named
}

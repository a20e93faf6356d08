/** Every way in which a request or a command goes wrong, as people and scripts are told: a message, and an exit code. */
import type { InvalidReference, UnknownSource } from "@opwatch/core/Reference"
import type { ProviderError, Reason } from "@opwatch/core/ProviderError"
import type { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import type { CliError, ShowHelp } from "effect/cli/CliError"
import * as Data from "effect/Data"
import { ExitCode } from "./ExitCode.ts"
import type { OutputUnwritable } from "./StandardStreams.ts"
import { escape, escapeJson } from "./TerminalText.ts"

/** `message` is one sentence without the reference; `hint` says what to do about it. */
export class Failure extends Data.TaggedError("Failure")<{
  readonly code: string
  readonly message: string
  readonly exitCode: ExitCode
  readonly ref?: string | undefined
  readonly hint?: string | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
}> {}

/** The command line or what it names is wrong. */
export const usage = (code: string, message: string, hint?: string): Failure =>
  new Failure({ code, message, exitCode: ExitCode.usage, hint })

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
        code: error.reason._tag,
        message: error.message,
        exitCode: exitCodes[error.reason._tag],
        ref: error.ref,
        hint: error.hint,
        requestId: error.requestId,
        traceId: error.traceId
      })
    default:
      return usage(error._tag, error.message)
  }
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
export const toJson = ({ code, hint, message, ref, requestId }: Failure) => ({ code, message, ref, hint, requestId })

/** For standard error: a JSON object on a line of its own, or a line for people with the hint and ids below it. */
export const render = (failure: Failure, asJson: boolean): string => {
  if (asJson) return `${escapeJson(JSON.stringify({ error: toJson(failure) }))}\n`
  const { hint, message, ref, requestId, traceId } = failure
  const subject = ref === undefined || message.includes(ref) ? "" : `${ref}: `
  const ids = [
    ...(requestId === undefined ? [] : [`request id ${requestId}`]),
    ...(traceId === undefined ? [] : [`trace id ${traceId}`])
  ]
  return [
    `opwatch: ${escape(subject + message)}`,
    ...(hint === undefined ? [] : [`  ${escape(hint)}`]),
    ...(ids.length === 0 ? [] : [`  for the provider's support: ${escape(ids.join(", "))}`]),
    ""
  ].join("\n")
}

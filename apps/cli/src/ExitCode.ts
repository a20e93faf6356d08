/** The exit codes of every command, and which one wins when several apply. */
import type { Operation } from "@opwatch/core/Operation"

export const ExitCode = {
  success: 0,
  failed: 1,
  usage: 2,
  timedOut: 3,
  notFound: 4,
  notAllowed: 5,
  unreachable: 6,
  cancelled: 7,
  unsupported: 8,
  partial: 9,
  /** A bug in opwatch. */
  defect: 70
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** For those who read the help; the exit codes of signals are not among them. */
export const meanings: Record<ExitCode, string> = {
  0: "everything asked for succeeded; a cancel was accepted",
  1: "an operation failed",
  2: "the command line or the configuration is wrong",
  3: "time ran out; the operation goes on",
  4: "no such operation, or it is lost",
  5: "not allowed, or not recognised",
  6: "the provider could not be reached, or its answer made no sense",
  7: "an operation was cancelled",
  8: "the provider cannot do that",
  9: "a partial success, with --strict",
  70: "a bug in opwatch"
}

const precedence: ReadonlyArray<ExitCode> = [70, 2, 5, 6, 4, 8, 1, 9, 7, 3]

/** The code for several references together: the most telling one, and 0 only when all are 0. */
export const ofAll = (codes: Iterable<ExitCode>): ExitCode => {
  const given = new Set(codes)
  return precedence.find((code) => given.has(code)) ?? ExitCode.success
}

/** The code for a wait that ended with this operation; `strict` takes a partial success for a failure of its own kind. */
export const ofOperation = (operation: Operation, strict = false): ExitCode => {
  switch (operation.state) {
    case "succeeded":
      return strict && operation.partial === true ? ExitCode.partial : ExitCode.success
    case "failed":
      return ExitCode.failed
    case "cancelled":
      return ExitCode.cancelled
    case "lost":
      return ExitCode.notFound
    case "pending":
    case "running":
    case "rolling_back":
    case "unknown":
      return ExitCode.timedOut
  }
}

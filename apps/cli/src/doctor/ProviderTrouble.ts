/** A request that failed, as the trouble of a check: every one has a remedy. */
import type { ProviderError, Reason } from "@opwatch/core/ProviderError"
import { problemOf } from "@opwatch/sources/Secret"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import { Trouble } from "./Step.ts"

/** `remedy` is one that its caller knows better. */
export const ofProviderError = (error: ProviderError, remedy?: string): Trouble => {
  const { exitCode } = Failure.from(error)
  const { requestId } = error
  return new Trouble({
    detail: `${problemOf(error)}${requestId === undefined ? "" : ` (request id ${requestId})`}`,
    remedy: remedy ?? error.hint ?? remedies[error.reason._tag],
    exitCode: exitCode === ExitCode.usage || exitCode === ExitCode.notAllowed ? exitCode : ExitCode.unreachable
  })
}

const wrongAddress = "check the url of this source: something else may answer there"

const remedies: Record<Reason["_tag"], string> = {
  Unauthenticated: "check the credential: is it of this installation, and still good?",
  Forbidden: "ask whoever gave you the credential for the right to see operations",
  Throttled: "this passes by itself: try again a little later",
  Unavailable: "check this machine's network, firewall and proxy, or try again later",
  MalformedAnswer: wrongAddress,
  Redirected: "redirects are not followed: give the url of the API itself",
  Rejected: wrongAddress,
  Unsupported: wrongAddress,
  OperationNotFound: wrongAddress,
  InvalidQuery: wrongAddress,
  Misconfigured: "check the auth of this source"
}

/**
 * What an answer outside 2xx means, in the words of the provider port: what a problem tells of the provider is passed on as if
 * the provider had been asked from here; anything else is about the server.
 */
import * as Problems from "@opwatch/api/Problems"
import { ProviderProblem } from "@opwatch/api/ProviderProblem"
import { WebhookRefused } from "@opwatch/api/WebhookProblems"
import * as Errors from "@opwatch/core/ProviderError"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ServerAddress } from "./ServerAddress.ts"

/** A `ProviderError` but for what it is about. */
export interface Judgement {
  readonly reason: Errors.Reason
  readonly message: string
  readonly code?: string | undefined
  readonly hint?: string | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
  /** Where it is about the server and not about the provider. */
  readonly server?: string
}

export interface Refusal {
  readonly status: number
  /** The body, where it is JSON. */
  readonly body: unknown
  readonly retryAfterMillis?: number
  /** Where it redirects to. */
  readonly location?: string | undefined
}

const Problem = Schema.Union([
  ProviderProblem,
  Problems.BadInput,
  Problems.RefusedCaller,
  Problems.RouteNotFound,
  Problems.InternalError,
  Problems.ScopeMissing,
  Problems.TooManyAttempts,
  Problems.TooManyStreams,
  Problems.BodyTooLarge,
  Problems.AnswerTooLate,
  Problems.NotReady,
  Problems.StoreUnavailable,
  Problems.NotTracked,
  Problems.TooManyTracked,
  Problems.WebhooksUnavailable,
  WebhookRefused
])
export type Problem = typeof Problem.Type

const decodeProblem = Schema.decodeUnknownOption(Problem)

export const judge = (address: ServerAddress, refusal: Refusal): Judgement =>
  Option.match(decodeProblem(refusal.body), {
    onNone: () => aboutServer(address, ofStatus(address, refusal)),
    onSome: (problem) => ofProblem(address, problem)
  })

/** What a problem means, in an answer or in the middle of one. */
export const ofProblem = (address: ServerAddress, problem: Problem): Judgement => {
  const { code, detail, hint, requestId, traceId } = problem
  const asTold = (reason: Errors.Reason): Judgement => ({ reason, message: detail, code, hint, requestId, traceId })
  const looked = (reason: Errors.Reason): Judgement => ({ ...asTold(reason), hint: hint ?? whereToLook })
  const own = (reason: Errors.Reason, verb: string): Judgement =>
    aboutServer(address, { ...asTold(reason), message: `${named(address)} ${verb}: ${detail}` })
  switch (problem._tag) {
    case "OperationNotFound":
      return asTold(new Errors.OperationNotFound())
    case "CredentialRefused":
      return looked(problem.reason === "Forbidden" ? new Errors.Forbidden() : new Errors.Unauthenticated())
    case "ProviderUnavailable":
      return looked(new Errors.Unavailable({}))
    case "AnswerNotUnderstood":
      return looked(problem.reason === "Redirected" ? new Errors.Redirected() : new Errors.MalformedAnswer())
    case "RequestRejected":
      return asTold(new Errors.Rejected())
    case "ProviderThrottled":
      return asTold(new Errors.Throttled({ retryAfterMillis: problem.retryAfterSeconds * 1000 }))
    case "Unsupported":
      return asTold(new Errors.Unsupported())
    case "BadInput":
      return asTold(new Errors.InvalidQuery())
    case "SourceNotFound":
    case "SourceMisconfigured":
      return asTold(new Errors.Misconfigured())
    case "RefusedCaller":
    case "BodyTooLarge":
      return own(new Errors.Forbidden(), "refuses")
    case "InternalError":
    case "AnswerTooLate":
    case "NotReady":
      return own(new Errors.Unavailable({}), "failed")
    case "StoreUnavailable":
      return own(new Errors.Unavailable(pauseOf(problem)), "failed")
    case "TooManyAttempts":
    case "TooManyStreams":
      return own(new Errors.Throttled(pauseOf(problem)), "refuses")
    case "ScopeMissing":
    case "TooManyTracked":
      return aboutServer(address, asTold(new Errors.Forbidden()))
    case "NotTracked":
      return aboutServer(address, { ...asTold(new Errors.OperationNotFound()), hint: "`opwatch track` tracks it" })
    case "WebhookRefused":
      return aboutServer(address, asTold(new Errors.InvalidQuery()))
    case "WebhooksUnavailable":
      return aboutServer(address, asTold(new Errors.Unsupported()))
    case "RouteNotFound":
      return aboutServer(address, {
        reason: new Errors.MalformedAnswer(),
        message: `${named(address)} cannot do this: ${detail}`,
        hint: "it may be an older one; the server and the command should be of the same version"
      })
  }
}

const pauseOf = ({ retryAfterSeconds }: { readonly retryAfterSeconds: number }) => ({
  retryAfterMillis: retryAfterSeconds * 1000
})

/** The credential and the connection in question are the server's. */
const whereToLook = "`opwatch doctor` where the server runs finds out more"

const aboutServer = ({ url }: ServerAddress, judgement: Judgement): Judgement => ({ ...judgement, server: url })

const ofStatus = (address: ServerAddress, { location, retryAfterMillis, status }: Refusal): Judgement => {
  const pause = retryAfterMillis === undefined ? {} : { retryAfterMillis }
  const message = `${named(address)} answered with status ${status}`
  if (status === 401) return { reason: new Errors.Unauthenticated(), ...keyRefused(address) }
  if (status === 403) return { reason: new Errors.Forbidden(), ...keyRefused(address) }
  if (status === 429) return { reason: new Errors.Throttled(pause), message }
  if (status >= 500) return { reason: new Errors.Unavailable(pause), message }
  if (status >= 300 && status < 400) {
    return {
      reason: new Errors.Redirected(),
      message: `${address.url} redirects to ${location ?? "nowhere"}, which was not followed`,
      hint: "give the URL of the opwatch server itself"
    }
  }
  return notAServer(address, `${address.url} answered with status ${status}`)
}

const keyRefused = ({ key, url }: ServerAddress) =>
  key === undefined
    ? { message: `the opwatch server at ${url} wants an API key`, hint: "set OPWATCH_API_KEY to one of its keys" }
    : {
        message: `the opwatch server at ${url} does not accept the key in OPWATCH_API_KEY`,
        hint: "set OPWATCH_API_KEY to one of its keys that may do this"
      }

/** It answered, and not as an opwatch server does; `what` says how. */
export const notAServer = (address: ServerAddress, what: string): Judgement =>
  aboutServer(address, {
    reason: new Errors.MalformedAnswer(),
    message: what,
    hint: `is there an opwatch server at ${address.url}?`
  })

/** No answer came, or it broke off. */
export const unreachable = (address: ServerAddress, why: string): Judgement =>
  aboutServer(address, {
    reason: new Errors.Unavailable({}),
    message: `no answer from ${named(address)}: ${why}`,
    hint: "`opwatch serve` starts one"
  })

const named = ({ url }: ServerAddress): string => `the opwatch server at ${url}`

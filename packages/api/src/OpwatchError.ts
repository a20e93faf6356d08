/** What a request to a server comes to that was not answered as asked: a problem that the server told, or that there is no answer. */
import { present } from "@opwatch/core/FieldReader"

/** Neither a key nor a webhook's secret is ever part of it. */
export class OpwatchError extends Error {
  override readonly name = "OpwatchError"
  /** Tells errors apart and never changes, such as `urn:opwatch:problem:operation-not-found`; the message may. */
  declare readonly type: string
  /** Of the answer; absent where there was none. */
  declare readonly status?: number
  /** The least pause before the same is asked again, where the server named one. */
  declare readonly retryAfterSeconds?: number
  /** The operation that it is about. */
  declare readonly ref?: string
  /** The provider's name for it. */
  declare readonly code?: string
  /** What can be done about it. */
  declare readonly hint?: string
  /** What the provider's support asks for. */
  declare readonly requestId?: string
  declare readonly traceId?: string

  constructor({ detail, title, ...problem }: Problem, options?: ErrorOptions) {
    super(detail ?? title ?? problem.type, options)
    Object.assign(this, present({ ...problem }))
  }

  /** Whether the same request may succeed later without anybody doing anything. */
  get isRetryable(): boolean {
    return this.type === "about:blank" ? passingStatus.has(this.status ?? 0) : passing.has(this.type)
  }
}

/** The members of a problem (RFC 9457) that are known here; a server of another version may tell others. */
export interface Problem {
  readonly type: string
  readonly status?: number | undefined
  readonly title?: string | undefined
  readonly detail?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly ref?: string | undefined
  readonly code?: string | undefined
  readonly hint?: string | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
}

/** What no server tells. */
export const types = {
  /** No answer came, or it broke off. */
  unreachable: "urn:opwatch:client:unreachable",
  /** What answered is no opwatch server, or one of another version. */
  notUnderstood: "urn:opwatch:client:answer-not-understood",
  /** Nothing was sent: an argument is not of its form. */
  badInput: "urn:opwatch:client:bad-input"
} as const

const passing = new Set<string>([
  types.unreachable,
  ...[
    "answer-not-understood",
    "answer-too-late",
    "not-ready",
    "provider-throttled",
    "provider-unavailable",
    "store-unavailable",
    "too-many-streams"
  ].map((name) => `urn:opwatch:problem:${name}`)
])

/** Of what stands before a server, which knows none of its problems. */
const passingStatus = new Set([429, 502, 503, 504])

/**
 * A provider's own HTTP API, for clients that know nothing of opwatch: what a request to it asks for, how it words errors, and
 * a way on to the provider for what opwatch does not answer itself. An operation is answered with its `raw`.
 */
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { Json } from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { ProviderError } from "./ProviderError.ts"
import type { OperationId } from "./Reference.ts"

export interface MirrorSettings {
  /** How old an operation may be that is answered to those who do not say so themselves. */
  readonly maxAge: Duration.Duration
  /** Whether the source lets requests on to the provider that ask for no operation, log or list. */
  readonly passThrough: boolean
}

export const defaultSettings: MirrorSettings = { maxAge: Duration.seconds(2), passThrough: false }

/** What a request asks for. `Reading` is a log or a list, of which every page is the provider's. */
export type Asked =
  | { readonly _tag: "Operation"; readonly id: OperationId }
  | { readonly _tag: "Cancel"; readonly id: OperationId }
  | { readonly _tag: "Reading" }
  | { readonly _tag: "Other" }

export interface ForwardRequest {
  readonly method: string
  /** Path and query from the host on, as the client sent them. */
  readonly target: string
  /** As the client sent them: its credential, its cookies and what concerns its connection alone go no further. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface ForwardAnswer {
  readonly status: number
  /** Without cookies and what concerns the provider's connection alone. */
  readonly headers: Readonly<Record<string, string>>
  /** As it comes; it fails where it breaks off or stands still. */
  readonly body: Stream.Stream<Uint8Array, ProviderError>
}

/** A request that is refused or came to nothing. */
export interface Trouble {
  readonly status: number
  readonly message: string
  /** The provider's own name for it, where it comes from there. */
  readonly code?: string | undefined
  readonly requestId?: string | undefined
}

export interface Mirror extends MirrorSettings {
  /** By the path without the query. A cancel is one whatever the method, and however the path is written. */
  readonly route: (method: string, path: string) => Asked
  /** The provider's answer to it; the status is another where the code says more. */
  readonly refuse: (trouble: Trouble) => { readonly status: number; readonly body: Json }
  /**
   * One request with the credential of the source, within its limits. Any answer is one but a redirect, which is not followed,
   * and a credential that is not recognised.
   */
  readonly forward: (request: ForwardRequest) => Effect.Effect<ForwardAnswer, ProviderError>
}

/** How a server that is lenient may read a path: decoded, without empty segments and dots. */
export const readPath = (path: string): string => {
  const segments: Array<string> = []
  for (const segment of decode(path).split("/")) {
    if (segment === "..") segments.pop()
    else if (segment !== "" && segment !== ".") segments.push(segment)
  }
  return `/${segments.join("/")}`
}

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What a failed request is to those who asked for it in the provider's own API. */
export const troubleOf = (error: ProviderError): Trouble => ({
  status: statusOf(error),
  message: error.code === undefined ? error.message : error.message.replace(` (${error.code})`, ""),
  code: error.code,
  requestId: error.requestId
})

const statusOf = ({ reason }: ProviderError): number => {
  switch (reason._tag) {
    case "InvalidQuery":
    case "Rejected":
      return 400
    case "Unauthenticated":
      return 401
    case "Forbidden":
      return 403
    case "OperationNotFound":
      return 404
    case "Throttled":
      return 429
    case "Misconfigured":
      return 500
    case "Unsupported":
      return 501
    case "MalformedAnswer":
    case "Redirected":
      return 502
    case "Unavailable":
      return 503
  }
}

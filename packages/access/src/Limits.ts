/** How much one request, and one key, may take of the server. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"

export interface Limits {
  /** The largest body of a request, in bytes. */
  readonly bodyBytes: number
  /** The same for what is passed through to a provider. */
  readonly passThroughBodyBytes: number
  /** All headers of a request together, in bytes. */
  readonly headerBytes: number
  /** How long a request may take to come, and its answer to be found; waits and streams take as long as they were asked to. */
  readonly requestTimeout: Duration.Duration
  /** Waits and streams at once, for each key. */
  readonly streamsPerKey: number
}

const mebibyte = 1024 * 1024

export const defaults: Limits = {
  bodyBytes: mebibyte,
  passThroughBodyBytes: 16 * mebibyte,
  headerBytes: 16 * 1024,
  requestTimeout: Duration.minutes(2),
  streamsPerKey: 2_000
}

/** Those of the server; the defaults unless its configuration says otherwise. */
export const Limits = Context.Reference<Limits>("@opwatch/access/Limits", { defaultValue: () => defaults })

/** What Node's `createServer` is to be given for them. */
export const nodeOptions = ({ headerBytes, requestTimeout }: Limits) => ({
  maxHeaderSize: headerBytes,
  requestTimeout: Duration.toMillis(requestTimeout),
  headersTimeout: Math.min(60_000, Duration.toMillis(requestTimeout))
})

/**
 * The port that every adapter implements: one provider on one source. What an adapter cannot do is said in
 * `capabilities`; asked all the same, it fails with `Unsupported`.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Diagnosis } from "./Diagnosis.ts"
import type { ListQuery } from "./ListQuery.ts"
import type { LogDigest } from "./LogDigest.ts"
import type { LogStep } from "./LogStep.ts"
import type { Mirror } from "./Mirror.ts"
import type { Operation, ProviderName } from "./Operation.ts"
import type { ProviderError } from "./ProviderError.ts"
import type { OperationId, SourceName } from "./Reference.ts"

export interface Capabilities {
  readonly cancel: boolean
  readonly list: boolean
  /** Whether it keeps logs to ask for. Without, `log` gives at most what the operation itself carries. */
  readonly log: boolean
}

/** What one poll gave. */
export interface Poll {
  readonly operation: Operation
  /** The provider's wish: no poll before this is over. */
  readonly pause?: Duration.Duration
}

/** What a source that tells of changes says: the operation as it is, or why it could not ask and when it will again. */
export type Told =
  | { readonly operation: Operation }
  | { readonly error: ProviderError; readonly nextPollIn: Duration.Duration }

export interface Provider {
  readonly source: SourceName
  readonly name: ProviderName
  /** Base URLs whose `/operations/<id>` belongs to this source; the first is where requests go. */
  readonly urls: readonly [string, ...ReadonlyArray<string>]
  readonly capabilities: Capabilities
  /** Polls a second that its quota has room for; without it, no bound but the rate limit. */
  readonly pollsPerSecond?: number
  /** One request, not repeated here; the caller decides about retries. */
  readonly get: (id: OperationId) => Effect.Effect<Operation, ProviderError>
  /** As `get`, with what the provider wishes of the next one; for those who ask again and again. */
  readonly poll: (id: OperationId) => Effect.Effect<Poll, ProviderError>
  /**
   * Only where the source tells of changes by itself, which spares the polls of those who watch: the present state first, then
   * what follows, and nothing after the final state. It fails where it breaks off before; asked again it begins anew.
   */
  readonly changes?: (id: OperationId) => Stream.Stream<Told, ProviderError>
  /** Asks once to cancel and gives the operation as it stands then, which is rarely the end of it. */
  readonly cancel: (id: OperationId) => Effect.Effect<Operation, ProviderError>
  /** The steps in the provider's order. */
  readonly log: (id: OperationId) => Stream.Stream<LogStep, ProviderError>
  /**
   * The provider's own list, newest first, each operation once. Pages are asked for as they are needed; one that failed is
   * asked for again a few times, for a caller could only begin anew.
   */
  readonly list: (query: ListQuery) => Stream.Stream<Operation, ProviderError>
  /** What the provider's own words mean, in the operation and in its log; pure. */
  readonly diagnose: (operation: Operation, log: LogDigest) => Diagnosis
  /** Only where the provider's own API can be answered in its stead. */
  readonly mirror?: Mirror
}

/** A provider whose polls are its gets, as it wishes nothing of the next one. */
export const withPolls = (provider: Omit<Provider, "poll">): Provider => ({
  ...provider,
  poll: (id) => Effect.map(provider.get(id), (operation) => ({ operation }))
})

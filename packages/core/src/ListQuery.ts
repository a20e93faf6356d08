/**
 * What of a provider's own list to give. An adapter sends on what its API knows; `select` holds for every provider, so that
 * the same query means the same everywhere.
 */
import * as Stream from "effect/Stream"
import type { Operation } from "./Operation.ts"
import type { OperationState } from "./OperationState.ts"
import * as Timestamp from "./Timestamp.ts"

export interface ListQuery {
  readonly state?: OperationState | undefined
  /** Whether the state is final. */
  readonly done?: boolean | undefined
  readonly kind?: string | undefined
  /** Submitted at that moment or later; an operation whose time is not known is in no range. */
  readonly since?: Timestamp.Timestamp | undefined
  /** Submitted at that moment or earlier. */
  readonly until?: Timestamp.Timestamp | undefined
  readonly finishedSince?: Timestamp.Timestamp | undefined
  readonly finishedUntil?: Timestamp.Timestamp | undefined
  /** The resource that was worked on, where the provider lists by resource, as in `compute/instances/<id>`. */
  readonly resource?: string | undefined
  /** By submission, `newest` first unless told otherwise. */
  readonly order?: "newest" | "oldest" | undefined
  /** At most so many. */
  readonly limit?: number | undefined
}

/** Whether an operation is one of those asked for; order, limit and resource aside. */
export const matches = (query: ListQuery, operation: Operation): boolean =>
  (query.state === undefined || operation.state === query.state) &&
  (query.done === undefined || operation.done === query.done) &&
  (query.kind === undefined || operation.kind === query.kind) &&
  isWithin(operation.submittedAt, query.since, query.until) &&
  isWithin(operation.finishedAt, query.finishedSince, query.finishedUntil)

const isWithin = (
  time: Timestamp.Timestamp | undefined,
  since: Timestamp.Timestamp | undefined,
  until: Timestamp.Timestamp | undefined
): boolean =>
  time === undefined
    ? since === undefined && until === undefined
    : (since === undefined || Timestamp.order(since, time) <= 0) &&
      (until === undefined || Timestamp.order(time, until) <= 0)

/** Keeps those asked for, and ends once there are as many as wanted. */
export const select =
  (query: ListQuery) =>
  <E, R>(operations: Stream.Stream<Operation, E, R>): Stream.Stream<Operation, E, R> => {
    const matching = Stream.filter(operations, (operation) => matches(query, operation))
    return query.limit === undefined ? matching : Stream.take(matching, query.limit)
  }

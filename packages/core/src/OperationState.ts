/**
 * The states of an operation. Final is final: no observation leads out of a final state, and whether a state is final is
 * derived from the state alone.
 */
import * as Schema from "effect/Schema"

export const OperationState = Schema.Literals([
  "pending",
  "running",
  "rolling_back",
  "succeeded",
  "failed",
  "cancelled",
  /** Was known once and is no longer found. */
  "lost",
  /** The provider gave a status that opwatch has not heard of; not final. */
  "unknown"
])
export type OperationState = typeof OperationState.Type

const rank: Record<OperationState, number> = {
  pending: 0,
  running: 1,
  unknown: 1,
  rolling_back: 2,
  succeeded: 3,
  failed: 3,
  cancelled: 3,
  lost: 3
}

export const isFinal = (state: OperationState): boolean => rank[state] === 3

/** How far along a state is. An operation only moves to a rank as high or higher; `unknown` ranks with `running`. */
export const rankOf = (state: OperationState): number => rank[state]

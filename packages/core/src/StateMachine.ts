/**
 * The one transition of an operation: what is known, folded with what was observed. Pure and total. It is idempotent,
 * never lowers the rank of a state, never leaves a final state, and ends in the same final state whatever the order in
 * which the observations of one run arrive.
 */
import * as Struct from "effect/Struct"
import type { Anomaly, Operation } from "./Operation.ts"
import * as Operations from "./Operation.ts"
import { isFinal, rankOf } from "./OperationState.ts"
import * as Timestamp from "./Timestamp.ts"

/** Folds an observation into what is known of the same operation. */
export const advance = (known: Operation, observed: Operation): Operation => {
  if (isFinal(known.state)) return Operations.withAnomalies(known, contradictions(known, observed))
  if (rankOf(observed.state) > rankOf(known.state)) return carry(known, observed)
  if (rankOf(observed.state) < rankOf(known.state)) return carry(observed, known)
  return Timestamp.order(observed.observedAt, known.observedAt) < 0 ? carry(observed, known) : carry(known, observed)
}

/** Takes the newer one whole; only what did not fit is kept from both. */
const carry = (older: Operation, newer: Operation): Operation => Operations.withAnomalies(newer, older.anomalies ?? [])

const contradictions = (known: Operation, observed: Operation): ReadonlyArray<Anomaly> => {
  if (observed.state === known.state || Timestamp.order(observed.observedAt, known.observedAt) <= 0) return []
  return isFinal(observed.state)
    ? [{ code: "changed_after_end", field: "state", message: `${known.state} at first, ${observed.state} later` }]
    : [{ code: "reopened", field: "state", message: `${observed.state} was reported after ${known.state}` }]
}

/** The operation as it stands once the provider no longer knows it. */
export const lose = (known: Operation, at: Timestamp.Timestamp): Operation =>
  isFinal(known.state)
    ? known
    : { ...Operations.withState(Struct.omit(known, ["expectedEnd", "expectedEndRange"]), "lost"), observedAt: at }

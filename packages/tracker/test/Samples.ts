/** Small valid values that tests start from. */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import { isFinal } from "@opwatch/core/OperationState"
import type { OperationState } from "@opwatch/core/OperationState"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { Observation, Track } from "../src/Store.ts"
import type { Labels } from "@opwatch/core/Tracking"

export const source = Reference.SourceName.make("cloud")
export const reference = (id: string) => Reference.make(source, Reference.OperationId.make(id))
export const at = (millis: number): Timestamp.Timestamp => Timestamp.fromMillis(millis)

export const operation = (
  id: string,
  state: OperationState,
  rest: Partial<CompactOperation> = {}
): CompactOperation => ({
  ...reference(id),
  ref: `cloud/${id}`,
  provider: "cloud",
  state,
  done: isFinal(state),
  observedAt: at(0),
  ...rest
})

export const observation = (id: string, state: OperationState, rest: Partial<CompactOperation> = {}): Observation => ({
  type: state === "lost" ? "operation.lost" : isFinal(state) ? "operation.finished" : "operation.changed",
  operation: operation(id, state, rest)
})

export const track = (id: string, owner = "team", labels: Labels = {}, rest: Partial<Track> = {}): Track => ({
  owner,
  reference: reference(id),
  unseen: operation(id, "unknown"),
  labels,
  deadline: undefined,
  at: at(0),
  limit: undefined,
  ...rest
})

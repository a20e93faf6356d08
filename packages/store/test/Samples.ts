/** Small valid values that tests start from. */
import type { RunnerReport } from "@opwatch/core/Cluster"
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import type { OperationState } from "@opwatch/core/OperationState"
import { isFinal } from "@opwatch/core/OperationState"
import type { Lifetime } from "@opwatch/core/Lifetime"
import * as Reference from "@opwatch/core/Reference"
import { Timestamp } from "@opwatch/core/Timestamp"
import * as Partition from "@opwatch/tracker/Partition"
import type { Observation, Store, Track } from "@opwatch/tracker/Store"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** This many seconds after the start of 2026. */
export const at = (seconds: number): Timestamp =>
  Timestamp.make(new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString())

/** `toloka/<id>`, or as it is with a source. */
export const reference = (ref: string): Reference.Reference => {
  const [source = "", id] = ref.split("/")
  return id === undefined
    ? Reference.make(Reference.SourceName.make("toloka"), Reference.OperationId.make(source))
    : Reference.make(Reference.SourceName.make(source), Reference.OperationId.make(id))
}

export const operation = (
  ref: string,
  state: OperationState = "running",
  rest: Partial<CompactOperation> = {}
): CompactOperation => {
  const { source, id } = reference(ref)
  return {
    ref: Reference.format({ source, id }),
    source,
    provider: source === "cloud" ? "cloud" : "toloka",
    id,
    state,
    done: isFinal(state),
    observedAt: at(10),
    ...rest
  }
}

/** Asks for it without a limit, a second after the start of 2026. */
export const track = (ref: string, rest: Partial<Track> = {}): Track => ({
  owner: "",
  reference: reference(ref),
  unseen: operation(ref, "unknown", { observedAt: at(1) }),
  labels: {},
  deadline: undefined,
  at: at(1),
  limit: undefined,
  ...rest
})

export const observation = (
  ref: string,
  state: OperationState = "running",
  rest: Partial<CompactOperation> = {}
): Observation => ({
  type: state === "lost" ? "operation.lost" : isFinal(state) ? "operation.finished" : "operation.changed",
  operation: operation(ref, state, rest)
})

/** That ended after so many seconds; of `<source>/<kind>`, or of a source whose kind is not told. */
export const lifetime = (of: string, seconds: number, rest: Partial<Lifetime> = {}): Lifetime => {
  const [source = "", kind] = of.split("/")
  return { source: Reference.SourceName.make(source), kind, millis: seconds * 1000, isOver: true, ...rest }
}

/** Of all partitions, by reference. */
export const allUnfinished = Effect.fnUntraced(function* (store: Store["Service"]) {
  const found = yield* Effect.forEach(Array.from({ length: Partition.count }).keys(), (partition) =>
    Stream.runCollect(store.unfinished(partition))
  )
  return found.flat().toSorted((a, b) => (Reference.format(a.reference) < Reference.format(b.reference) ? -1 : 1))
})

/** Of a runner that polls nothing. */
export const report = (rest: Partial<RunnerReport> = {}): RunnerReport => ({
  version: "1.2.3",
  startedAt: at(0),
  partitions: [],
  operations: 0,
  pollsPerSecond: 0.25,
  latenessMillis: 12,
  overdueMillis: 0,
  budgets: [{ source: Reference.SourceName.make("toloka"), pollsPerSecond: 12.5, priceMillis: 1_000.5 }],
  leaseMillis: 6_000,
  leaving: false,
  ...rest
})

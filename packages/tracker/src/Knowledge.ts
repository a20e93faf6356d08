/** What is known of an operation, and what an answer of the provider makes of it. Pure; what has ended never goes on. */
import type { CompactOperation } from "@opwatch/core/CompactOperation"
import { fromOperation } from "@opwatch/core/CompactOperation"
import type { Operation } from "@opwatch/core/Operation"
import * as Operations from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import * as StateMachine from "@opwatch/core/StateMachine"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { Known, Observation } from "./Store.ts"

type Held = Pick<Known, "operation" | "seen">

/** Stands for an operation that was not observed yet. */
export const unseen = (provider: Provider, reference: Reference, at: Timestamp.Timestamp): CompactOperation => ({
  ref: format(reference),
  source: reference.source,
  provider: provider.name,
  id: reference.id,
  state: "unknown",
  done: false,
  observedAt: at
})

/** What an observation makes of what is held. An end seen again is taken as seen now, with all that the provider gave. */
export const observe = ({ operation, seen }: Held, observation: Operation): Operation => {
  if (!seen) return observation
  const isAgain =
    operation.done &&
    operation.state === observation.state &&
    Timestamp.order(observation.observedAt, operation.observedAt) > 0
  return isAgain
    ? Operations.withAnomalies(observation, operation.anomalies ?? [])
    : StateMachine.advance(operation, observation)
}

/** The provider does not find it. */
export const lose = ({ operation, seen }: Held, at: Timestamp.Timestamp): Operation =>
  seen
    ? StateMachine.lose(operation, at)
    : { ...StateMachine.lose(operation, at), description: "the provider never knew an operation of this id" }

/** As the store takes it: the operation as it is known from now on. */
export const observation = (operation: Operation): Observation => ({
  type: operation.state === "lost" ? "operation.lost" : operation.done ? "operation.finished" : "operation.changed",
  operation: fromOperation(operation)
})

/** An operation that is polled, because somebody tracks it or watches it. Kept small: there may be 100,000. */
import * as ExpectedEnd from "@opwatch/core/ExpectedEnd"
import * as Lifetime from "@opwatch/core/Lifetime"
import type { Operation } from "@opwatch/core/Operation"
import type { OperationState } from "@opwatch/core/OperationState"
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import type * as Fiber from "effect/Fiber"
import type { DueItem } from "./DueQueue.ts"
import type { Kinds } from "./Kinds.ts"
import type { Standing } from "./Pace.ts"
import type { Planned } from "./Plan.ts"

export interface Entry extends DueItem, Planned {
  readonly reference: Reference
  readonly ref: string
  /** Somebody tracks it, so that what is known of it is in the store; else it is watched only, and in memory alone. */
  tracked: boolean
  /** Of its partition, as claimed here when this was last tracked; undefined where partitions have no other owners. */
  tenure: number | undefined
  standing: Standing
  kind: Planned["kind"]
  advance: Planned["advance"]
  /** Its age in milliseconds, by the provider's times, when it was last seen to go on; 0 if it was not. */
  wentOnAt: number
  /** The moment before which the provider wishes no poll. */
  notBefore: number
  /** What is known of it, as far as one must know between polls. */
  state: OperationState
  /** By `Digest.of`: of the operation as stored, and of the latest answer that was folded into it. */
  digest: number
  answer: number
  /** When it was last polled with an answer, in milliseconds since 1970; 0 if it was not. */
  polledAt: number
  /** The poll under way, up to its next place in the queue. */
  poll: Fiber.Fiber<void> | undefined
}

export interface Start extends Pick<Entry, "kind" | "tracked" | "standing" | "state" | "digest" | "due"> {
  readonly reference: Reference
  readonly tenure?: Entry["tenure"]
}

export const make = ({ digest, due, kind, reference, standing, state, tenure, tracked }: Start): Entry => ({
  reference,
  ref: format(reference),
  tracked,
  tenure,
  standing,
  kind,
  advance: undefined,
  wentOnAt: 0,
  notBefore: -Infinity,
  state,
  digest,
  answer: digest,
  polledAt: 0,
  poll: undefined,
  due,
  place: -1
})

/** Notes what an answer shows of its kind, its progress and its age. */
export const see = (entry: Entry, operation: Operation, kinds: Kinds): void => {
  entry.kind = kinds.of(operation.source, operation.kind)
  entry.advance = ExpectedEnd.advance(operation, entry.advance)
  if (!operation.done) entry.wentOnAt = Lifetime.of(operation)?.millis ?? 0
}

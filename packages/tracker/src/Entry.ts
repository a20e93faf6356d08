/** An operation that is polled, because somebody tracks it or watches it. Kept small: there may be 100,000. */
import type { OperationState } from "@opwatch/core/OperationState"
import type { Reference } from "@opwatch/core/Reference"
import { format } from "@opwatch/core/Reference"
import type * as Fiber from "effect/Fiber"
import type { DueItem } from "./DueQueue.ts"
import type { Standing } from "./Pace.ts"

export interface Entry extends DueItem {
  readonly reference: Reference
  readonly ref: string
  /** Somebody tracks it, so that what is known of it is in the store; else it is watched only, and in memory alone. */
  tracked: boolean
  standing: Standing
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

export interface Start extends Pick<Entry, "tracked" | "standing" | "state" | "digest" | "due"> {
  readonly reference: Reference
}

export const make = ({ digest, due, reference, standing, state, tracked }: Start): Entry => ({
  reference,
  ref: format(reference),
  tracked,
  standing,
  state,
  digest,
  answer: digest,
  polledAt: 0,
  poll: undefined,
  due,
  place: -1
})

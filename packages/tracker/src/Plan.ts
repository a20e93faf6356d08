/** How long to wait before the next poll of what is polled here, from what is known of its kind and from its own progress. */
import type { Durations, Kind } from "@opwatch/core/Durations"
import * as LearnedPlan from "@opwatch/core/LearnedPlan"
import type { Advance } from "@opwatch/core/ProgressGuess"
import type { PollSettings } from "./PollSettings.ts"

/** What a plan knows of an operation besides its age. */
export interface Planned {
  readonly kind: Kind
  /** What its progress has shown so far. */
  readonly advance: Advance | undefined
}

/** Age, price and delay are in milliseconds. */
export interface Plan {
  (planned: Planned, age: number, price: number): number
}

export const make =
  (durations: Pick<Durations, "delay">, { longestMillis, priceMillis }: PollSettings): Plan =>
  ({ advance, kind }, age, price) =>
    Math.min(
      Math.max(LearnedPlan.shortest, longestMillis * Math.sqrt(price / priceMillis)),
      durations.delay(kind, price, Math.max(0, age), advance)
    )

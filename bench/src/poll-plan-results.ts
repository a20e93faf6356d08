/** What the benchmark of poll plans finds. */
import type { Differences } from "./poll-plan-check.ts"
import type { Cost } from "./poll-plan-cost.ts"

/** Under one law: of each plan its cost, in the mean over its histories, and the cost with the worst of them. */
export interface Judged {
  readonly law: string
  readonly narrowest: number
  readonly plans: Readonly<Record<string, Cost & { readonly worst: number }>>
}

/** So many ends after the law has changed: the cost against the optimum for the new law, mean and worst. */
export interface Recovered {
  readonly drift: string
  readonly after: ReadonlyArray<{ readonly ends: number; readonly mean: number; readonly worst: number }>
}

export interface Results {
  readonly price: number
  readonly seeds: number
  readonly seed: number
  readonly differences: Differences
  readonly judged: ReadonlyArray<Judged>
  readonly recovered: ReadonlyArray<Recovered>
  readonly examples: ReadonlyArray<Example>
}

/** The ages at which one operation that never ends is polled. */
export interface Example {
  readonly law: string
  readonly polls: Readonly<Record<string, ReadonlyArray<number>>>
}

export const best = "optimum"
export const sizes = [50, 200, 2_000]
export const nameOf = (size: number) => (size === 0 ? "no history" : `${size} past`)

/** When an operation is likely to end, as ages in milliseconds: from what is left, at each later age, of those that are as old. */
import * as ProgressGuess from "./ProgressGuess.ts"
import * as Survival from "./Survival.ts"

/** As many end before the median as after it, and nine in ten between the earliest and the latest. */
export interface EndGuess {
  readonly earliest: number
  readonly median: number
  readonly latest: number
}

/** Nothing where the kind has no history. */
export const fromSurvival = (survival: Survival.Survival, age: number): EndGuess | undefined =>
  survival.values.length === 0 ? undefined : guess((at) => Survival.at(survival, at), age)

/** From progress and what history there is. */
export const fromProgress = (progress: ProgressGuess.ProgressGuess, age: number): EndGuess =>
  guess((at) => ProgressGuess.leftAt(progress, at), age)

const guess = (leftAt: (age: number) => number, age: number): EndGuess => ({
  earliest: Survival.ageWhenLeft(leftAt, age, 0.95),
  median: Survival.ageWhenLeft(leftAt, age, 0.5),
  latest: Survival.ageWhenLeft(leftAt, age, 0.05)
})

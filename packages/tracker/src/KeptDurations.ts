/** What a store keeps of how long operations take, a history for each kind. */
import type { DurationHistory } from "@opwatch/core/DurationHistory"
import * as Durations from "@opwatch/core/Durations"
import type { Lifetime } from "@opwatch/core/Lifetime"

export interface KeptDurations extends Durations.Kind {
  readonly history: DurationHistory
}

/** Of every kind of which something is known. */
export const of = (durations: Durations.Durations): ReadonlyArray<KeptDurations> =>
  durations.kinds().map((kind) => ({ ...kind, history: durations.history(kind) }))

/** Of the kinds of these lifetimes, with them added in this order to what was known; that stays as it is. */
export const withLifetimes = (
  known: Durations.Durations,
  lifetimes: ReadonlyArray<Lifetime>
): ReadonlyArray<KeptDurations> => {
  const learned = Durations.make()
  for (const lifetime of lifetimes) learned.put(lifetime, known.history(lifetime))
  for (const lifetime of lifetimes) learned.learn(lifetime)
  return of(learned)
}

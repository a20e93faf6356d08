/** What is known of how long operations of one kind take, and what the plan makes of it, for people and programs to read. */
import * as Schema from "effect/Schema"
import type { Durations, Kind } from "./Durations.ts"
import * as EndGuess from "./EndGuess.ts"
import { present } from "./FieldReader.ts"
import { optional, required } from "./Field.ts"
import * as PlanOutlook from "./PlanOutlook.ts"
import { SourceName } from "./Reference.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const Polls = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1e9 }))

export const KindDurations = Schema.Struct({
  source: required(SourceName, "Where the operations run"),
  kind: optional(Schema.String, "Their kind; absent for those whose kind is not told"),
  ended: required(Count, "How many were seen to end"),
  earliestMillis: required(Count, "One in twenty takes less"),
  medianMillis: required(Count, "Half of them take less"),
  latestMillis: required(Count, "One in twenty takes longer"),
  pollsPerOperation: required(Polls, "How often the plan asks for one, at the mean, from its submission to its end"),
  latenessMillis: required(Count, "How long after its end the plan sees it, at the mean")
}).annotate({ identifier: "KindDurations" })
export type KindDurations = typeof KindDurations.Type

/** What the plan at this price, in milliseconds, makes of a kind; nothing where none has ended. */
export const of = (durations: Durations, { kind, source }: Kind, price: number): KindDurations | undefined => {
  const survival = durations.survival({ source, kind })
  const guess = EndGuess.fromSurvival(survival, 0)
  if (guess === undefined) return undefined
  const { lateness, polls } = PlanOutlook.of(survival, (age) => durations.delay({ source, kind }, price, age))
  return {
    source,
    ...present({ kind }),
    ended: durations.history({ source, kind }).count,
    earliestMillis: Math.round(guess.earliest),
    medianMillis: Math.round(guess.median),
    latestMillis: Math.round(guess.latest),
    pollsPerOperation: Math.round(100 * polls) / 100,
    latenessMillis: Math.round(lateness)
  }
}

/** Of all kinds of a source of which something is known, those with the most ends first. */
export const ofSource = (durations: Durations, source: SourceName, price: number): ReadonlyArray<KindDurations> =>
  durations
    .kinds()
    .filter((kind) => kind.source === source)
    .flatMap((kind) => of(durations, kind, price) ?? [])
    .toSorted((a, b) => b.ended - a.ended)

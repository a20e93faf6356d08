/** When an operation is likely to end. A guess, told as one: it takes no part in what counts as a change. */
import type { Durations } from "./Durations.ts"
import * as EndGuess from "./EndGuess.ts"
import type { Operation } from "./Operation.ts"
import type { OperationState } from "./OperationState.ts"
import * as ProgressGuess from "./ProgressGuess.ts"
import * as Timestamp from "./Timestamp.ts"

export interface Progressing {
  readonly state: OperationState
  /** Percent. */
  readonly progress: number | undefined
  /** When it began; submission will do where nothing better is known. */
  readonly since: Timestamp.Timestamp | undefined
  readonly observedAt: Timestamp.Timestamp
}

const longestMillis = 365 * 86_400_000

/** If the rest takes as long for each percent as what is done did. Too little progress, or a year to go, tells nothing. */
export const fromProgress = ({ observedAt, progress, since, state }: Progressing): Timestamp.Timestamp | undefined => {
  if (state !== "running" || progress === undefined || since === undefined) return undefined
  if (progress < 1 || progress >= 100) return undefined
  const now = Timestamp.toMillis(observedAt)
  const remaining = ((now - Timestamp.toMillis(since)) * (100 - progress)) / progress
  return remaining > 0 && remaining < longestMillis ? Timestamp.fromMillis(now + remaining) : undefined
}

type Going = Pick<
  Operation,
  | "source"
  | "kind"
  | "state"
  | "progress"
  | "submittedAt"
  | "startedAt"
  | "observedAt"
  | "expectedEnd"
  | "expectedEndRange"
>

/** What its progress shows at the time it was seen, after what it showed before. */
export const advance = (operation: Going, before?: ProgressGuess.Advance): ProgressGuess.Advance | undefined => {
  const { observedAt, progress, startedAt, state, submittedAt } = operation
  if (state !== "running" || progress === undefined || submittedAt === undefined) return undefined
  const since = (time: Timestamp.Timestamp) => Timestamp.toMillis(time) - Timestamp.toMillis(submittedAt)
  return ProgressGuess.advance(before, progress, since(observedAt), Math.max(0, since(startedAt ?? submittedAt)))
}

/**
 * With the end that history and progress make likely at the age at which it was seen. Without either, and for one that is rolled
 * back or has ended, as it was.
 */
export const withExpectedEnd = <A extends Going>(
  operation: A,
  durations: Pick<Durations, "survival">,
  shown: ProgressGuess.Advance | undefined = advance(operation)
): A => {
  const { observedAt, state, submittedAt } = operation
  if ((state !== "pending" && state !== "running") || submittedAt === undefined) return operation
  const submitted = Timestamp.toMillis(submittedAt)
  const age = Math.max(0, Timestamp.toMillis(observedAt) - submitted)
  const survival = durations.survival(operation)
  const guess =
    shown === undefined
      ? EndGuess.fromSurvival(survival, age)
      : EndGuess.fromProgress(ProgressGuess.make(shown, survival), age)
  if (guess === undefined || guess.median - age >= longestMillis) return operation
  const at = (later: number) => Timestamp.fromMillis(submitted + later)
  const expectedEnd = at(guess.median)
  return guess.latest - age < longestMillis
    ? { ...operation, expectedEnd, expectedEndRange: { earliest: at(guess.earliest), latest: at(guess.latest) } }
    : { ...operation, expectedEnd }
}

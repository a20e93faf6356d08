/** When an operation is likely to end. A guess, told as one: it takes no part in what counts as a change. */
import type { OperationState } from "./OperationState.ts"
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

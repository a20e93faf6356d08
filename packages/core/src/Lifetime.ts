/** How long one operation took, by its provider's own times: what histories of durations are made of. */
import type { Operation } from "./Operation.ts"
import type { SourceName } from "./Reference.ts"
import * as Timestamp from "./Timestamp.ts"

export interface Lifetime {
  readonly source: SourceName
  readonly kind: string | undefined
  readonly millis: number
  /** It ended by then. Else it is only known to have gone on for as long: it was cancelled, lost, or left. */
  readonly isOver: boolean
}

type Aged = Pick<Operation, "source" | "state" | "done" | "observedAt"> &
  Partial<Pick<Operation, "kind" | "submittedAt" | "finishedAt">>

/** Up to its end, or to when it was seen. Nothing where it is not known when it was submitted. */
export const of = ({ done, finishedAt, kind, observedAt, source, state, submittedAt }: Aged): Lifetime | undefined => {
  if (submittedAt === undefined) return undefined
  const end = (done ? finishedAt : undefined) ?? observedAt
  const millis = Timestamp.toMillis(end) - Timestamp.toMillis(submittedAt)
  return millis >= 0 ? { source, kind, millis, isOver: state === "succeeded" || state === "failed" } : undefined
}

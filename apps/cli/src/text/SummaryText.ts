/** How far a group of operations is, in words, and how a wait for all of them ends. */
import type { TrackedSummary } from "@opwatch/api/TrackingApi"
import { ExitCode } from "../ExitCode.ts"

export type Summary = typeof TrackedSummary.Type

export const isDone = ({ done, total }: Summary): boolean => done >= total

/** As in `3 of 5 operations are done: 1 succeeded, 2 failed`. */
export const render = (summary: Summary): string => {
  const { cancelled, done, failed, lost, partial, succeeded, total } = summary
  const parts = [
    ...some(succeeded, partial === 0 ? "succeeded" : `succeeded (${partial} in part)`),
    ...some(failed, "failed"),
    ...some(cancelled, "cancelled"),
    ...some(lost, "lost")
  ]
  const are = done === 1 ? "is" : "are"
  return `${done} of ${total} operations ${are} done${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`
}

const some = (count: number, word: string): ReadonlyArray<string> => (count === 0 ? [] : [`${count} ${word}`])

/** As `wait` would end for all of them. */
export const codesOf = (summary: Summary): ReadonlyArray<ExitCode> => [
  ...(summary.failed > 0 ? [ExitCode.failed] : []),
  ...(summary.lost > 0 ? [ExitCode.notFound] : []),
  ...(summary.cancelled > 0 ? [ExitCode.cancelled] : []),
  ...(isDone(summary) ? [] : [ExitCode.timedOut])
]
